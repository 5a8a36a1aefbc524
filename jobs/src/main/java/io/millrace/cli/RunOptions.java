package io.millrace.cli;

import io.millrace.backend.NativeBinary;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** What every command takes, and how it gets to its job. */
final class RunOptions {
  @Option(
      names = "--config",
      required = true,
      paramLabel = "FILE",
      description = "Config file: a local or Hadoop path, or the name of a file sent by --files.")
  private String config;

  @Option(
      names = "--set",
      paramLabel = "KEY.PATH=VALUE",
      description = "Sets one key; beats the file, and a later one beats an earlier one.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = {"-v", "--verbose"},
      description = "Print the stack of an error.")
  private boolean verbose;

  /** A command's work. */
  interface Job {
    void run(SparkSession spark, RunConfig config) throws Exception;
  }

  RunConfig config() throws IOException {
    return ConfigReader.read(config, ConfigFile.read(config), overrides);
  }

  /** Reads the config, then runs the job in a session of its own. */
  int run(String command, Job job) throws Exception {
    RunConfig config = config();
    SparkSession spark = Sessions.start(command, config);
    try {
      job.run(spark, config);
      return ExitCode.DONE;
    } catch (ExceptionInInitializerError e) {
      throw new IllegalStateException(NativeBinary.cannotLoad(), e);
    } catch (FSError e) { // Hadoop's word for a write that failed, such as on a full disk
      throw new IOException(e.getCause().getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new IllegalStateException(
          "Cannot go on: the driver is out of memory, %s (give it more by --driver-memory; plan says how much)"
              .formatted(e.getMessage()),
          e);
    } finally {
      spark.stop();
    }
  }

  boolean verbose() {
    return verbose;
  }
}
