package io.millrace.cli;

import io.millrace.run.Accept;
import io.millrace.run.Start;
import io.millrace.run.StoppedException;
import io.millrace.run.TrainJob;
import io.millrace.run.TrainReport;
import java.util.Set;
import java.util.concurrent.Callable;
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

  @Override
  public Integer call() throws Exception {
    try (StopSignals stop = new StopSignals("stopping at the end of this round")) {
      return options.runWatched(
          "train",
          (spark, config) -> {
            TrainReport report = TrainJob.run(spark, config, start(), stop, accepted, command());
            report.lines().forEach(System.out::println);
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

  private Start start() {
    if (resume != null && overwrite) {
      throw new IllegalArgumentException("Invalid --overwrite: it does not go with --resume");
    }
    return resume != null
        ? new Start.From(resume)
        : overwrite ? new Start.Over() : new Start.Anew();
  }
}
