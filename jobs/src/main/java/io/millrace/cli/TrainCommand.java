package io.millrace.cli;

import io.millrace.config.RunConfig;
import io.millrace.report.LivePage;
import io.millrace.run.Accept;
import io.millrace.run.Start;
import io.millrace.run.StoppedException;
import io.millrace.run.TrainJob;
import io.millrace.run.TrainReport;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code train}: plans, trains, leaves the run's folder. */
@Command(name = "train", description = "Trains a network on a prepared data set.")
final class TrainCommand implements Callable<Integer> {
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--resume",
      paramLabel = "auto|PATH",
      description = "Go on from the newest checkpoint of the run, if there is one, or from PATH.")
  private String resume;

  @Option(
      names = "--overwrite",
      description = "Start over in a folder that holds a run; its files are lost.")
  private boolean overwrite;

  @Option(
      names = "--accept",
      split = ",",
      paramLabel = "NAME",
      converter = Accepted.class,
      description =
          "Go on from a checkpoint though something differs: compute (libraries, instructions or"
              + " threads, which give other bits), learningRate, averaging or mixing (what was"
              + " planned for the updates to come), batch (other workers of which an average is not"
              + " one process).")
  private Set<Accept> accepted = Set.of();

  @Option(
      names = "--serve",
      paramLabel = "[HOST:]PORT",
      description =
          "Serve the report while it grows at http://127.0.0.1:PORT, or at HOST to whoever can"
              + " reach it; 0 takes a free port.")
  private String serve;

  @Override
  public Integer call() throws Exception {
    Start start = start();
    InetSocketAddress address = serve == null ? null : ListenAddress.parse(serve);
    RunConfig read = options.config();
    try (StopSignals stop = new StopSignals("stopping at the end of this round");
        LivePage page = page(address, read)) {
      return RunOptions.runWatched(
          "train",
          read,
          (spark, config) -> {
            TrainReport report = TrainJob.run(spark, config, start, stop, accepted, command());
            report.lines().forEach(System.out::println);
            if (page != null) {
              page.runEnded();
            }
          });
    } catch (StoppedException e) {
      System.err.println(e.getMessage());
      return e.resumable() ? ExitCode.STOPPED : ExitCode.FAILED;
    }
  }

  /** The command line as it was given, but for spark-submit's part of it. */
  private String command() {
    return String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  /** Listens before Spark starts, so that a port that is taken costs no time; null for no page. */
  private LivePage page(InetSocketAddress address, RunConfig config) throws IOException {
    if (address == null) {
      return null;
    }
    var hadoop = SparkHadoopUtil.get().newConfiguration(new SparkConf());
    RunFolder folder = RunFolder.existing(hadoop, new Path(config.output(), config.name()));
    try {
      LivePage page = LivePage.open(address, folder, config.name());
      System.err.println("live page      " + page.address());
      return page;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Invalid --serve: %s (must be an address that is free here: %s)"
              .formatted(serve, e.getMessage()),
          e);
    }
  }

  private Start start() {
    if (resume != null && overwrite) {
      throw new IllegalArgumentException("Invalid --overwrite: it does not go with --resume");
    }
    if (resume == null && !accepted.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid --accept: it goes with --resume alone, as no other run has anything to differ from");
    }
    return resume != null
        ? new Start.From(resume)
        : overwrite ? new Start.Over() : new Start.Anew();
  }
}
