package io.millrace.run;

import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.evaluate.EvaluationConfig;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Trains as a config says and leaves the run's folder. Runs on the driver. */
public final class TrainJob {
  private final JavaSparkContext spark;
  private final RunConfig config;
  private final Start start;
  private final StopRequest stop;
  private final Set<Accept> accepted;
  private final String command;
  private final BegunRun begun;
  private final RunFolder folder;
  private final RollBack rollBack;

  private TrainJob(
      JavaSparkContext spark,
      RunConfig config,
      Start start,
      BooleanSupplier stop,
      Set<Accept> accepted,
      String command)
      throws IOException {
    this.spark = spark;
    this.config = config;
    this.start = start;
    this.stop = StopRequest.of(stop);
    this.accepted = accepted;
    this.command = command;
    Configuration hadoop = spark.hadoopConfiguration();
    this.begun = BegunRun.of(start, config, hadoop); // what is wrong leaves no folder
    this.folder = RunFolder.open(hadoop, config.output(), config.name());
    this.rollBack =
        new RollBack(
            config,
            new CheckpointStore(
                folder,
                config.training().keepCheckpoints(),
                config.evaluation().keep() == EvaluationConfig.Keep.BEST));
  }

  /**
   * Trains.
   *
   * @param start from the initial weights or from a checkpoint
   * @param stop asked after each round whether to end here
   * @return the report of the run
   * @throws StoppedException when {@code stop} said so before the last epoch was over
   */
  public static TrainReport run(
      SparkSession spark, RunConfig config, Start start, BooleanSupplier stop) throws IOException {
    return run(spark, config, start, stop, false, "");
  }

  /**
   * The same.
   *
   * @param acceptsOtherCompute whether to go on where the workers compute with other libraries,
   *     instructions or threads than those of the checkpoint, which gives other bits
   * @param command the command line, for the report; empty for a program's own run
   */
  public static TrainReport run(
      SparkSession spark,
      RunConfig config,
      Start start,
      BooleanSupplier stop,
      boolean acceptsOtherCompute,
      String command)
      throws IOException {
    Set<Accept> accepted = acceptsOtherCompute ? Set.of(Accept.COMPUTE) : Set.of();
    return run(spark, config, start, stop, accepted, command);
  }

  /**
   * The same.
   *
   * @param accepted what may differ from the run that made the checkpoint
   * @param command the command line, for the report; empty for a program's own run
   */
  public static TrainReport run(
      SparkSession spark,
      RunConfig config,
      Start start,
      BooleanSupplier stop,
      Set<Accept> accepted,
      String command)
      throws IOException {
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new TrainJob(context, config, start, stop, accepted, command).run();
  }

  private TrainReport run() throws IOException {
    Configuration hadoop = spark.hadoopConfiguration();
    Holder me = Holder.here("train", spark.sc().applicationId());
    PreparedDataset data = begun.stages().get(0).data();
    try (Lease lease = Lease.take(hadoop, folder.root(), me, stop);
        Lease reading = Lease.share(hadoop, data.root(), me, data.manifest().folders())) {
      data.check(); // what was replaced before word was left
      return runWithRollBacks(lease);
    } catch (WaitStoppedException e) {
      throw new StoppedException(e);
    }
  }

  private TrainReport runWithRollBacks(Lease lease) throws IOException {
    Start from = start;
    BegunRun run = begun;
    while (true) {
      try {
        return new RunAttempt(spark, config, folder, rollBack, lease, stop, accepted, command, run)
            .run(from);
      } catch (DivergedException e) {
        from = rollBack.back(start, e);
        run = BegunRun.of(from, config, spark.hadoopConfiguration());
      }
    }
  }
}
