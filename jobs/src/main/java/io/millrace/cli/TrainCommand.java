package io.millrace.cli;

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

  /** What of a resume may differ from the run that made the checkpoint. */
  enum Difference {
    COMPUTE
  }

  @Option(
      names = "--accept",
      paramLabel = "compute",
      description =
          "Go on though the workers compute with other libraries, instructions or threads than"
              + " those of the checkpoint, and so give other bits.")
  private Set<Difference> accepted = Set.of();

  @Override
  public Integer call() throws Exception {
    try (StopSignals stop = new StopSignals("stopping at the end of this round")) {
      return options.runWatched(
          "train",
          (spark, config) -> {
            TrainReport report =
                TrainJob.run(
                    spark, config, start(), stop, accepted.contains(Difference.COMPUTE), command());
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
