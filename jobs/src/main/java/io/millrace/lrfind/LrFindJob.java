package io.millrace.lrfind;

import io.millrace.cluster.ClusterCheck;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.replica.TrainerConfig;
import io.millrace.run.StoppedException;
import io.millrace.run.TrainingSetup;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Makes a range test of a config and leaves its curve in the folder {@code lr-find} of the run,
 * where no run looks. Runs on the driver.
 */
public final class LrFindJob {
  static final String FOLDER = "lr-find";
  static final String CURVE = "range-test.json";
  static final String PAGE = "range-test.html";
  private static final String COMMAND = "lr-find";

  private LrFindJob() {}

  /**
   * Tests.
   *
   * @param stop asked after each round whether to end here
   * @param command the command line, for the page; empty for a program's own test
   * @param watcher is told after each round how many examples are through
   * @throws WaitStoppedException when {@code stop} said so while the folder was in use
   * @throws StoppedException when it did while there were too few slots
   * @throws IllegalArgumentException for a config that cannot be trained, or a folder in use
   */
  public static LrFindReport run(
      SparkSession spark,
      RunConfig config,
      RangeTest test,
      BooleanSupplier stop,
      String command,
      LongConsumer watcher)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    TrainingSetup setup = TrainingSetup.of(config, hadoop);
    ComputationGraph network = setup.network().initialised(hadoop);
    setup.plan().check(spark.sparkContext().getConf());
    RunFolder run = RunFolder.open(hadoop, config.output(), config.name());
    Holder me = Holder.here(COMMAND, spark.sparkContext().applicationId());
    PreparedDataset data = setup.data();
    try (Lease lease = Lease.take(hadoop, run.root(), me, stop);
        Lease reading = Lease.share(hadoop, data.root(), me, data.manifest().folders())) {
      data.check(); // what was replaced before word was left
      var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
      TrainerConfig trainer = setup.trainer();
      if (!ClusterCheck.awaitSlots(context, trainer.workers(), trainer.startTimeout(), stop)) {
        throw StoppedException.waitingForSlots();
      }
      var outcome = new RangeTestRun(test, setup, stop, watcher).run(context, network);
      RunFolder folder = RunFolder.open(hadoop, new Path(run.root(), FOLDER));
      LrFindReport report = LrFindReport.of(setup, test, outcome, folder);
      lease.check();
      folder.write(CURVE, report.json());
      folder.write(PAGE, report.html(command, ConfigWriter.shown(config)));
      return report;
    }
  }
}
