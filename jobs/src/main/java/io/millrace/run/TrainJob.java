package io.millrace.run;

import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.epoch.TrainingFeed;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.Progress;
import io.millrace.model.ParameterLayout;
import io.millrace.plan.TrainingPlan;
import io.millrace.store.RunFolder;
import io.millrace.training.AveragingTrainingMaster;
import io.millrace.training.ClusterCheck;
import io.millrace.training.MasterWeights;
import io.millrace.training.RoundReport;
import io.millrace.training.TrainerConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains as a config says and leaves the run's folder. Runs on the driver. */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

  private final JavaSparkContext spark;
  private final Configuration hadoop;
  private TrainingSetup setup;
  private final RunConfig config;
  private final ComputationGraph network;
  private final RunFolder folder;
  private final CheckpointStore checkpoints;
  private final String yaml;
  private final BooleanSupplier stop;

  private TrainJob(JavaSparkContext spark, RunConfig config, BooleanSupplier stop)
      throws IOException {
    this.stop = stop;
    this.spark = spark;
    this.hadoop = spark.hadoopConfiguration();
    this.config = config;
    this.setup = TrainingSetup.of(config, hadoop);
    this.network = setup.network().initialised(hadoop); // what is wrong with it leaves no folder
    this.folder = RunFolder.open(hadoop, config.output(), config.name());
    this.checkpoints = new CheckpointStore(folder, config.training().keepCheckpoints());
    this.yaml = ConfigWriter.yaml(config);
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
    var context = JavaSparkContext.fromSparkContext(spark.sparkContext());
    return new TrainJob(context, config, stop).run(start);
  }

  private TrainReport run(Start where) throws IOException {
    Optional<Checkpoint> start =
        where.checkpoint(folder, checkpoints, hadoop, setup.fingerprints(), yaml);
    start.flatMap(Checkpoint::card).ifPresent(card -> setup = setup.resumed(card));
    TrainingPlan plan = setup.plan();
    plan.lines().forEach(LOG::info);
    LOG.info("layers         {}", setup.layers());
    plan.check(spark.getConf());
    TrainerConfig trainer = setup.trainer();
    if (!ClusterCheck.awaitSlots(spark, trainer.workers(), trainer.startTimeout(), stop)) {
      stopIfAsked();
    }
    int done = start.map(checkpoint -> checkpoint.weights().epoch()).orElse(0);
    if (done >= config.training().epochs()) {
      LOG.info("nothing left to train: all {} epochs are done", done);
    }
    checkpoints.discardAfter(done);
    RunOutput output = new RunOutput(setup, folder, plan, done);
    try {
      train(start, done, output);
    } catch (Throwable e) {
      output.reportBefore(e);
      throw e;
    }
    return output.report();
  }

  private void train(Optional<Checkpoint> start, int done, RunOutput output) throws IOException {
    try (TrainingFeed feed = feed();
        AveragingTrainingMaster master =
            new AveragingTrainingMaster(setup.trainer(), setup.recipe());
        Validation validation = Validation.of(spark, setup)) {
      start.ifPresent(checkpoint -> master.resume(checkpoint.weights()));
      var net = new SparkComputationGraph(spark, network, master);
      Progress progress =
          Progress.of(config.training().epochs(), setup.shape().rows(), setup.rate().schedule());
      List<RoundReport> rounds = new ArrayList<>();
      master.listen(rounds::add).listen(progress).listen(this::stopWithinEpoch);
      for (int epoch = done; epoch < config.training().epochs(); epoch++) {
        stopIfAsked();
        rounds.clear();
        progress.epochStarted(epoch + 1);
        long began = System.nanoTime();
        net.fit(feed.epoch(epoch));
        Duration wall = Duration.ofNanos(System.nanoTime() - began);
        MasterWeights weights = master.weights(); // the heap has no room for two epochs' weights
        output.computedBy(master.compute().orElseThrow());
        output.validated(validation.run(weights));
        EpochMetrics metrics =
            EpochMetrics.of(
                epoch + 1,
                rounds,
                epoch == done ? 1 : 0,
                setup.trainedSet(),
                setup.rate().schedule(),
                wall,
                output.validated());
        output.epochEnded(metrics);
        checkpoints.write(
            new Checkpoint(weights, setup.fingerprints(), yaml, Optional.of(setup.card())));
        progress.epochEnded(metrics);
      }
      boolean trained = done < config.training().epochs();
      MasterWeights weights = trained ? master.weights() : start.orElseThrow().weights();
      if (!trained) {
        output.validated(validation.run(weights));
      }
      output.model(weights, ParameterLayout.of(network));
    }
  }

  /** The last round of an epoch is let through: the checkpoint is next. */
  private void stopWithinEpoch(RoundReport round) {
    if (round.round() + 1 < setup.shape().rounds()) {
      stopIfAsked();
    }
  }

  private void stopIfAsked() {
    if (!stop.getAsBoolean()) {
      return;
    }
    try {
      throw new StoppedException(checkpoints.newest());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private TrainingFeed feed() {
    String run = UUID.randomUUID().toString();
    return new TrainingFeed(spark, setup.feed(run), config.shuffle().order());
  }
}
