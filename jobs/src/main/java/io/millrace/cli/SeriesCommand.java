package io.millrace.cli;

import io.millrace.cluster.ClusterCheck;
import io.millrace.run.StoppedException;
import io.millrace.series.Series;
import io.millrace.series.SeriesJob;
import io.millrace.series.SeriesPlan;
import io.millrace.series.SeriesReport;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.SparkConf;
import org.apache.spark.deploy.SparkHadoopUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code series}: trains a list of changes of one config, each with several seeds. */
@Command(
    name = "series",
    description =
        "Trains a list of changes of one config, each with several seeds, and leaves one table of"
            + " what each gave. Runs that are there already are not run again; one that was ended"
            + " goes on.")
final class SeriesCommand implements Callable<Integer> {
  @Mixin private RunOptions options;
  @Spec private CommandSpec spec;

  @Option(
      names = "--dry-run",
      description = "Print what would be run, what is there and the time left, and stop.")
  private boolean dryRun;

  @Option(
      names = "--overwrite",
      description = "Run anew what lies there of another config; its files are lost.")
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
              + " those of a checkpoint, and so give other bits.")
  private Set<Difference> accepted = Set.of();

  @Override
  public Integer call() throws Exception {
    Series series = options.series();
    SeriesPlan plan = plan(series);
    if (dryRun) {
      plan.lines().forEach(System.out::println);
    }
    if (!overwrite) {
      plan.requireUnchanged();
    }
    return dryRun ? ExitCode.DONE : run(series, plan);
  }

  /** Refuses what cannot work before anything is started. */
  private static SeriesPlan plan(Series series) throws IOException {
    SparkConf conf = Sessions.settings("series", series.first());
    SeriesPlan plan = SeriesPlan.of(series, SparkHadoopUtil.get().newConfiguration(conf), conf);
    ClusterCheck.localSlots(conf.get("spark.master"), series.workers());
    return plan;
  }

  private int run(Series series, SeriesPlan plan) throws Exception {
    var how = new SeriesJob.Options(overwrite, accepted.contains(Difference.COMPUTE), command());
    SeriesReport[] report = new SeriesReport[1];
    try (StopSignals stop = new StopSignals("stopping at the end of this round")) {
      RunOptions.runWatched(
          "series",
          series.first(),
          (spark, config) ->
              report[0] = SeriesJob.run(spark, plan, how, stop, System.out::println));
    } catch (StoppedException e) {
      System.err.println(e.getMessage());
      return e.resumable() ? ExitCode.STOPPED : ExitCode.FAILED;
    }
    report[0].lines().forEach(System.out::println);
    if (report[0].stopped()) {
      return ExitCode.STOPPED;
    }
    return report[0].failed() ? ExitCode.FAILED : ExitCode.DONE;
  }

  private String command() {
    return String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }
}
