package io.millrace.verify;

import io.millrace.config.Choices;
import io.millrace.config.RunConfig;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Cosine;
import io.millrace.recipe.Course;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.Momentum;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Sgd;
import io.millrace.replica.TrainerConfig;
import io.millrace.training.AveragingTrainingMaster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Shows that parameter averaging is large-batch SGD: trains 1, 2, 3 and 4 workers through {@code
 * SparkComputationGraph.fit}, and one process on the global batches, and compares the weights. The
 * examples do not divide by the batch, so that the weights of the average matter. Runs on the
 * driver.
 */
public final class VerifyJob {
  private static final int EXAMPLES = 221;
  private static final int GLOBAL_BATCH = 24;
  private static final int EPOCHS = 2;
  private static final LearningRate RATE =
      ResolvedRate.of(new Course(0.1, 5, 20, 10), new Cosine(0));

  private VerifyJob() {}

  /**
   * Verifies. Seed, momentum, L2 and whether native layers are used come from the config.
   *
   * @param unweighted makes every worker count the same, with which the report must fail
   */
  public static VerifyReport run(JavaSparkContext spark, RunConfig config, boolean unweighted) {
    double momentum =
        config.optimizer().kind() instanceof Momentum given
            ? given.momentum()
            : config.optimizer().kind() instanceof Nesterov given ? given.momentum() : 0.9;
    return run(
        spark,
        config,
        List.of(new Sgd(), new Momentum(momentum), new Nesterov(momentum)),
        unweighted);
  }

  static VerifyReport run(
      JavaSparkContext spark, RunConfig config, List<Optimizer> kinds, boolean unweighted) {
    List<VerifyReport.Row> rows = new ArrayList<>();
    for (Optimizer kind : kinds) {
      OptimizerConfig given = config.optimizer();
      OptimizerConfig optimizer = new OptimizerConfig(kind, given.weightDecay(), given.decayBias());
      for (int workers = 1; workers <= 4; workers++) {
        rows.add(row(spark, config, optimizer, workers, unweighted));
      }
    }
    return new VerifyReport(rows);
  }

  private static VerifyReport.Row row(
      JavaSparkContext spark,
      RunConfig config,
      OptimizerConfig optimizer,
      int workers,
      boolean unweighted) {
    int batch = GLOBAL_BATCH / workers;
    FastPath fastPath = config.training().fastPath();
    ComputationGraph net = VerifyNet.network(config.seed());
    INDArray start = net.params().dup();
    ReferenceProcess reference = new ReferenceProcess(net, fastPath, Recipe.of(optimizer, RATE));
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      batches(workers, batch).forEach(rows -> reference.update(examples(config.seed(), rows)));
    }
    TrainerConfig settings =
        new TrainerConfig(workers, batch)
            .reducing(config.averaging().reduce())
            .seed(config.seed())
            .fastPath(fastPath)
            .startTimeout(Duration.ZERO);
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(settings, Recipe.of(optimizer, RATE))) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, net, unweighted ? master.unweighted() : master);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        training.fit(examples(spark, config.seed()));
      }
    }
    return new VerifyReport.Row(
        Choices.nameOf(optimizer.kind().getClass()),
        workers,
        net.getIterationCount(),
        distance(net.params(), reference.weights()),
        distance(net.params(), start));
  }

  /** The examples of each update over all workers: the next {@code batch} of every share. */
  private static List<int[]> batches(int workers, int batch) {
    List<int[]> batches = new ArrayList<>();
    int longest = (EXAMPLES + workers - 1) / workers;
    for (int from = 0; from < longest; from += batch) {
      int first = from;
      batches.add(
          IntStream.range(0, workers)
              .flatMap(
                  worker -> {
                    int share = EXAMPLES / workers + (worker < EXAMPLES % workers ? 1 : 0);
                    int start =
                        worker * (EXAMPLES / workers) + Math.min(worker, EXAMPLES % workers);
                    return IntStream.range(start + first, start + Math.min(first + batch, share));
                  })
              .toArray());
    }
    return batches;
  }

  private static DataSet examples(long seed, int[] rows) {
    List<DataSet> examples = new ArrayList<>();
    for (int row : rows) {
      examples.add(VerifyNet.example(seed, row));
    }
    return DataSet.merge(examples);
  }

  private static JavaRDD<DataSet> examples(JavaSparkContext spark, long seed) {
    List<Integer> rows = IntStream.range(0, EXAMPLES).boxed().toList();
    return spark.parallelize(rows, 3).map(row -> VerifyNet.example(seed, row));
  }

  private static double distance(INDArray a, INDArray b) {
    return a.sub(b).amaxNumber().doubleValue();
  }
}
