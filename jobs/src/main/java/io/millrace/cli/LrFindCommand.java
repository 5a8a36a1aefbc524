package io.millrace.cli;

import io.millrace.lrfind.LrFindJob;
import io.millrace.lrfind.LrFindReport;
import io.millrace.lrfind.RangeTest;
import io.millrace.metrics.WorkProgress;
import io.millrace.run.StoppedException;
import io.millrace.store.WaitStoppedException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lr-find}: suggests a learning rate by a range test. */
@Command(
    name = "lr-find",
    description =
        "Suggests a learning rate: trains some updates at rates that grow, on the config's own"
            + " recipe, and looks where the loss falls. Leaves the curve in the folder lr-find of"
            + " the run, and no weights.")
final class LrFindCommand implements Callable<Integer> {
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--from",
      paramLabel = "RATE",
      defaultValue = "1e-5",
      description = "First rate; ${DEFAULT-VALUE} unless given.")
  private double from;

  @Option(
      names = "--to",
      paramLabel = "RATE",
      defaultValue = "10",
      description = "Last rate; ${DEFAULT-VALUE} unless given.")
  private double to;

  @Option(
      names = "--updates",
      paramLabel = "N",
      defaultValue = "100",
      description = "Updates, each at a rate of its own; ${DEFAULT-VALUE} unless given.")
  private int updates;

  @Option(
      names = "--beta",
      paramLabel = "SHARE",
      defaultValue = "0.9",
      description =
          "Share of the old in the moving average of the loss; ${DEFAULT-VALUE} unless given.")
  private double beta;

  @Option(
      names = "--stop",
      paramLabel = "FACTOR",
      defaultValue = "4",
      description =
          "Ends where the smoothed loss is so many times its least; ${DEFAULT-VALUE} unless given.")
  private double stop;

  @Override
  public Integer call() throws Exception {
    RangeTest test = new RangeTest(from, to, updates, beta, stop);
    LrFindReport[] report = new LrFindReport[1];
    try (StopSignals signals = new StopSignals("stopping at the end of this round");
        WorkProgress progress = new WorkProgress()) {
      options.run(
          "lr-find",
          (spark, config) -> {
            long images =
                (long) updates * config.training().workers() * config.training().batchPerWorker();
            report[0] =
                LrFindJob.run(
                    spark,
                    config,
                    test,
                    signals,
                    command(),
                    done -> progress.reached("range test", done, images));
          });
    } catch (WaitStoppedException | StoppedException e) {
      System.err.println(e.getMessage());
      return ExitCode.STOPPED;
    }
    report[0].lines().forEach(System.out::println);
    if (report[0].stopped()) {
      return ExitCode.STOPPED;
    }
    return report[0].suggests() ? ExitCode.DONE : ExitCode.FAILED;
  }

  private String command() {
    return String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }
}
