package io.millrace.cli;

import io.millrace.metrics.WorkProgress;
import io.millrace.prepare.PrepareJob;
import io.millrace.prepare.PrepareReport;
import io.millrace.prepare.PrepareStoppedException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code prepare}: a data lake's images into a prepared data set. */
@Command(name = "prepare", description = "Makes a prepared data set of a data lake's images.")
final class PrepareCommand implements Callable<Integer> {
  @Mixin private RunOptions options;

  @Override
  public Integer call() throws Exception {
    try (StopSignals stop = new StopSignals("stopping")) {
      return options.run(
          "prepare",
          (spark, config) -> {
            PrepareReport report;
            try (WorkProgress progress = new WorkProgress()) {
              report =
                  PrepareJob.run(
                      spark,
                      config.source(),
                      config.dataset(),
                      config.seed(),
                      progress::reached,
                      stop);
            }
            report.lines().forEach(System.out::println);
          });
    } catch (PrepareStoppedException e) {
      System.err.println(e.getMessage());
      return ExitCode.STOPPED;
    }
  }
}
