package io.millrace.series;

import io.millrace.config.RunConfig;
import io.millrace.metrics.Figures;
import io.millrace.run.Start;
import io.millrace.run.StoppedException;
import io.millrace.run.TrainJob;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what is left of a series, one run after the other, and writes its table after each. Runs on
 * the driver.
 */
public final class SeriesJob {
  private static final Logger LOG = LoggerFactory.getLogger(SeriesJob.class);
  private static final String COMMAND = "series";

  private final SparkSession spark;
  private final Configuration hadoop;
  private final Options options;
  private final BooleanSupplier stop;
  private final RunFolder folder;
  private SeriesPlan plan;

  /**
   * How it is run.
   *
   * @param overwrite whether a run of another config is run anew, its folder's files lost
   * @param acceptsOtherCompute whether to go on where workers compute otherwise than those of a
   *     checkpoint
   * @param command the command line, for reports; empty for a program's own series
   */
  public record Options(boolean overwrite, boolean acceptsOtherCompute, String command) {}

  private SeriesJob(SparkSession spark, SeriesPlan plan, Options options, BooleanSupplier stop) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
    this.plan = plan;
    this.options = options;
    this.stop = stop;
    this.folder = RunFolder.open(hadoop, plan.series().output(), plan.series().name());
  }

  /**
   * Runs.
   *
   * @param stop asked after each round whether to end here
   * @param watcher is told in a line what is run next
   * @throws io.millrace.config.ConfigException for folders that hold another run, unless they are
   *     to be overwritten
   * @throws StoppedException when {@code stop} said so while the folder was in use, or the cluster
   *     is gone
   * @throws IOException if the table cannot be written
   */
  public static SeriesReport run(
      SparkSession spark,
      SeriesPlan plan,
      Options options,
      BooleanSupplier stop,
      Consumer<String> watcher)
      throws IOException {
    if (!options.overwrite()) {
      plan.requireUnchanged();
    }
    SeriesJob job = new SeriesJob(spark, plan, options, stop);
    try (Lease lease = Lease.take(job.hadoop, job.folder.root(), job.me(), stop)) {
      return job.run(lease, watcher);
    } catch (WaitStoppedException e) {
      throw new StoppedException(e);
    }
  }

  private SeriesReport run(Lease lease, Consumer<String> watcher) throws IOException {
    SeriesReport report = report(false);
    report.write();
    for (int i = 0; i < plan.runs().size() && !report.stopped(); i++) {
      if (plan.runs().get(i).standing().isLeft()) {
        watcher.accept(words(i));
        boolean stopped = stop.getAsBoolean() || !train(i);
        lease.check();
        report = report(stopped);
        report.write();
      }
      boolean failed = plan.runs().get(i).standing().endedEarly();
      if (failed && plan.series().config().onFailure() == SeriesConfig.OnFailure.STOP) {
        break;
      }
    }
    return report;
  }

  private SeriesReport report(boolean stopped) {
    return new SeriesReport(plan, stopped, folder, options.command());
  }

  /** {@code run 3 of 6: warm-up-2, after epoch 1; about 20 min left of the series}. */
  private String words(int index) {
    PlannedRun run = plan.runs().get(index);
    int done = run.run().config().training().epochs() - run.epochsLeft();
    String left = PlanLines.about("; ", new TimeLeft(plan.runs()).seconds());
    return Figures.format(
        "run %d of %d: %s%s%s",
        index + 1,
        plan.runs().size(),
        run.run().name(),
        done > 0 ? ", after epoch " + done : "",
        left.isEmpty() ? "" : left + " left of the series");
  }

  /** Trains to the end, or to a failure, which is written down; false where it was stopped. */
  private boolean train(int index) throws IOException {
    SeriesRun run = plan.runs().get(index).run();
    boolean stopped = false;
    try {
      makeRoom(run);
      TrainJob.run(
          spark,
          run.config(),
          new Start.From("auto"),
          stop,
          options.acceptsOtherCompute(),
          options.command());
    } catch (StoppedException e) {
      if (!stop.getAsBoolean()) {
        throw e; // the cluster is gone, for the others too
      }
      LOG.info("{}", e.getMessage());
      stopped = true;
    } catch (Exception | FSError e) { // also Spark's, which are checked, and nobody declares them
      if (spark.sparkContext().isStopped()) {
        throw e;
      }
      LOG.debug("", e);
      plan = plan.with(index, failed(run, Failure.of(e)));
      return true;
    }
    plan = plan.with(index, SeriesPlan.standing(run, hadoop));
    return !stopped;
  }

  /** Writes down why a run ended, unless its folder is somebody else's or cannot be written. */
  private Standing failed(SeriesRun run, Failure why) {
    LOG.warn("{} {}: {}", run.name(), why.diverged() ? "diverged" : "failed", why.message());
    try {
      RunFolder there = RunFolder.open(hadoop, run.config().output(), run.name());
      try (Lease lease = Lease.take(hadoop, there.root(), me(), stop)) {
        lease.check();
        why.write(there);
      }
      Standing standing = SeriesPlan.standing(run, hadoop);
      return standing.endedEarly() ? standing : why.standing(standing.epochs());
    } catch (RuntimeException | IOException e) {
      LOG.warn("Cannot write down why {} ended: {}", run.name(), e.getMessage());
      return why.standing(List.of());
    }
  }

  private Holder me() {
    return Holder.here(COMMAND, spark.sparkContext().applicationId());
  }

  /** Takes away why a run failed before, and the run of another config where that is wanted. */
  private void makeRoom(SeriesRun run) throws IOException {
    Standing standing = SeriesPlan.standing(run, hadoop);
    RunConfig config = run.config();
    RunFolder there = RunFolder.existing(hadoop, new Path(config.output(), config.name()));
    if (standing.state() == Standing.State.CHANGED) {
      if (!options.overwrite()) {
        throw new IllegalArgumentException(SeriesPlan.changed(run, standing));
      }
      try (Lease lease = Lease.take(hadoop, there.root(), me(), stop)) {
        for (String file : there.list("")) {
          if (!file.startsWith(".")) {
            lease.check();
            there.delete(file);
          }
        }
      }
    }
    there.delete(Failure.FILE);
  }
}
