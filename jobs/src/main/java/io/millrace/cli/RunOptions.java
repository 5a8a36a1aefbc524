package io.millrace.cli;

import io.millrace.backend.NativeBinary;
import io.millrace.cluster.Broadcasts;
import io.millrace.cluster.SlotWatch;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.nightly.LineFile;
import io.millrace.series.Series;
import io.millrace.series.SeriesReader;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.fs.FSError;
import org.apache.spark.api.java.JavaSparkContext;
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

  Series series() throws IOException {
    return SeriesReader.read(config, ConfigFile.read(config), overrides, ConfigFile::read);
  }

  LineFile lineFile() throws IOException {
    return new LineFile(config, ConfigFile.read(config), overrides, System.getenv());
  }

  /**
   * Reads the config, then runs the job in a session of its own; ends it where the cluster has no
   * executor for it, for {@code training.startTimeout}.
   */
  int run(String command, Job job) throws Exception {
    return run(command, config(), job);
  }

  /** The same by a config that was read before. */
  static int run(String command, RunConfig read, Job job) throws Exception {
    return runWatched(
        command,
        read,
        (spark, config) -> {
          var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
          Duration patience = Duration.ofSeconds(config.training().startTimeout());
          SlotWatch watch = new SlotWatch(context, 1, patience, () -> false);
          try (watch) {
            job.run(spark, config);
          } catch (Exception e) { // also Spark's, which are checked, and nobody declares them
            throw watch
                .lost()
                .<Exception>map(
                    why -> new IllegalStateException("Cannot " + command + ": " + why, e))
                .orElse(e);
          }
        });
  }

  /** The same of a job that looks after its slots itself. */
  int runWatched(String command, Job job) throws Exception {
    return runWatched(command, config(), job);
  }

  /** The same by a config that was read before. */
  static int runWatched(String command, RunConfig config, Job job) throws Exception {
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
      if (!spark.sparkContext().isStopped()) {
        Broadcasts.settle(spark.sparkContext().env());
      }
      spark.stop();
    }
  }

  boolean verbose() {
    return verbose;
  }
}
