package io.millrace.run;

import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.ModelZip;
import io.millrace.checkpoint.Resume;
import io.millrace.config.ConfigWriter;
import io.millrace.config.OptimizerConfig;
import io.millrace.config.RunConfig;
import io.millrace.dataset.Split;
import io.millrace.epoch.TrainingFeed;
import io.millrace.evaluate.Evaluation;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.model.ParameterLayout;
import io.millrace.recipe.NesterovsState;
import io.millrace.report.EpochMetrics;
import io.millrace.report.MetricsStore;
import io.millrace.report.RunFolder;
import io.millrace.training.AveragingTrainingMaster;
import io.millrace.training.MasterWeights;
import io.millrace.training.RoundReport;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Trains as a config says and leaves the run's folder. Runs on the driver. */
public final class TrainJob {
  private static final Logger LOG = LoggerFactory.getLogger(TrainJob.class);

  private final JavaSparkContext spark;
  private final Configuration hadoop;
  private final TrainingSetup setup;
  private final RunConfig config;
  private final RunFolder folder;
  private final CheckpointStore checkpoints;

  private TrainJob(JavaSparkContext spark, RunConfig config) throws IOException {
    this.spark = spark;
    this.hadoop = spark.hadoopConfiguration();
    this.config = config;
    this.setup = TrainingSetup.of(config, hadoop);
    this.folder = RunFolder.open(hadoop, config.output(), config.name());
    this.checkpoints = new CheckpointStore(folder, config.training().keepCheckpoints());
  }

  /**
   * Trains.
   *
   * @param resume {@code auto} for the newest checkpoint of the run if there is one, the path of a
   *     checkpoint, or empty to start anew
   * @return the report of the run
   */
  public static TrainReport run(SparkSession spark, RunConfig config, Optional<String> resume)
      throws IOException {
    return new TrainJob(JavaSparkContext.fromSparkContext(spark.sparkContext()), config)
        .run(resume);
  }

  private TrainReport run(Optional<String> resume) throws IOException {
    String yaml = ConfigWriter.yaml(config);
    Optional<Checkpoint> start = Optional.empty();
    if (resume.isPresent()) {
      start = Resume.from(resume.get(), checkpoints, hadoop, setup.fingerprints(), yaml);
    }
    int done = start.map(checkpoint -> checkpoint.weights().epoch()).orElse(0);
    checkpoints.discardAfter(done);
    MetricsStore metrics = MetricsStore.resume(folder, done);
    folder.write(RunFolder.CONFIG, yaml);

    ComputationGraph net = setup.initialised(hadoop);
    Optional<EvaluationReport> last = Optional.empty();
    MasterWeights weights;
    try (TrainingFeed feed =
            new TrainingFeed(
                spark, setup.feed(UUID.randomUUID().toString()), config.shuffle().order());
        AveragingTrainingMaster master =
            new AveragingTrainingMaster(setup.trainer(), setup.recipe());
        Evaluation validation =
            Evaluation.of(
                spark, config, setup.data(), config.evaluation().split(), setup.network())) {
      List<RoundReport> rounds = new ArrayList<>();
      master.listen(rounds::add);
      start.ifPresent(checkpoint -> master.resume(checkpoint.weights()));
      SparkComputationGraph sparkNet = new SparkComputationGraph(spark, net, master);
      for (int epoch = done; epoch < config.training().epochs(); epoch++) {
        rounds.clear();
        long began = System.nanoTime();
        sparkNet.fit(feed.epoch(epoch));
        Duration wall = Duration.ofNanos(System.nanoTime() - began);
        weights = master.weights();
        last = Optional.of(validation.run(weights.parameters()));
        metrics.add(
            EpochMetrics.of(
                epoch + 1, rounds, setup.trainedSet(), setup.rate().schedule(), wall, last));
        checkpoints.write(new Checkpoint(weights, setup.fingerprints(), yaml));
      }
      weights = master.weights();
    }
    export(weights);
    return new TrainReport(folder.path(RunFolder.REPORT), metrics.epochs(), last);
  }
}
