package io.millrace.cli;

import io.millrace.cluster.ClusterCheck;
import io.millrace.config.RunConfig;
import io.millrace.metrics.WorkProgress;
import io.millrace.nightly.FinetuneJob;
import io.millrace.nightly.LineFile;
import io.millrace.nightly.NightReport;
import io.millrace.nightly.NightWatcher;
import io.millrace.prepare.PrepareStoppedException;
import io.millrace.run.StoppedException;
import java.time.Clock;
import java.time.LocalDate;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code finetune}: plays a night of a line. */
@Command(
    name = "finetune",
    description =
        "Plays a night of a line: prepares what is new, trains from the champion, compares, and"
            + " promotes or keeps. A night that is done stays as it is; one that was ended goes on.")
final class FinetuneCommand implements Callable<Integer> {
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--date",
      required = true,
      paramLabel = "YYYY-MM-DD",
      description =
          "The night; $${date} in the config. today and yesterday are the driver's, by its time"
              + " zone.")
  private String date;

  @Option(
      names = "--overwrite",
      description =
          "Play the night anew; what is there of it is lost. Not one whose model was promoted.")
  private boolean overwrite;

  /** What may differ from what a night expects. */
  enum Difference {
    DRIFT,
    COMPUTE
  }

  @Option(
      names = "--accept",
      paramLabel = "drift|compute",
      description =
          "drift: take data beyond the bounds of line.drift. compute: go on though the workers"
              + " compute with other libraries, instructions or threads than those of a checkpoint,"
              + " and so give other bits.")
  private Set<Difference> accepted = Set.of();

  @Override
  public Integer call() throws Exception {
    LocalDate night = Dates.night("--date", date, Clock.systemDefaultZone());
    LineFile file = options.lineFile();
    RunConfig tonight = file.on(night);
    ClusterCheck.localSlots(
        Sessions.settings("finetune", tonight).get("spark.master"), tonight.training().workers());
    NightReport[] report = new NightReport[1];
    try (StopSignals stop = new StopSignals("stopping at the end of this round")) {
      RunOptions.run(
          "finetune",
          tonight,
          (spark, config) -> {
            try (Watcher watcher = new Watcher()) {
              report[0] = FinetuneJob.run(spark, file, night, how(), watcher, stop);
            }
          });
    } catch (StoppedException | PrepareStoppedException e) {
      System.err.println(e.getMessage());
      return ExitCode.STOPPED; // the same command goes on, with a checkpoint or without
    }
    report[0].lines().forEach(System.out::println);
    if (report[0].failed()) {
      return ExitCode.FAILED;
    }
    return report[0].kept() ? tonight.line().keptExitCode() : ExitCode.DONE;
  }

  private FinetuneJob.Options how() {
    return new FinetuneJob.Options(
        overwrite,
        accepted.contains(Difference.DRIFT),
        accepted.contains(Difference.COMPUTE),
        String.join(" ", spec.root().commandLine().getParseResult().originalArgs()));
  }

  /** Says on the terminal what a night does. */
  private static final class Watcher implements NightWatcher, AutoCloseable {
    private final WorkProgress progress = new WorkProgress();

    @Override
    public void line(String text) {
      progress.close();
      System.out.println(text);
    }

    @Override
    public void passed(String pass, long rows, long of) {
      progress.reached(pass, rows, of);
    }

    @Override
    public void close() {
      progress.close();
    }
  }
}
