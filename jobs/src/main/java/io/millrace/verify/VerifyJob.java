package io.millrace.verify;

import io.millrace.config.Choices;
import io.millrace.config.RunConfig;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Weights;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.Recipe;
import io.millrace.replica.TrainerConfig;
import io.millrace.training.AveragingTrainingMaster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
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

  private VerifyJob() {}

  /**
   * Verifies, by the config's exchange: under gradients every optimiser is one process, under
   * weights those that are linear in the gradient. Seed and whether native layers are used come
   * from the config, and what {@link VerifiedRecipe} takes of it.
   *
   * @param unweighted makes every worker count the same, with which the report must fail
   */
  public static VerifyReport run(JavaSparkContext spark, RunConfig config, boolean unweighted) {
    return run(spark, config, recipe(config).kinds(), 1, 4, unweighted);
  }

  /** What is taken of a config. */
  static VerifiedRecipe recipe(RunConfig config) {
    return new VerifiedRecipe(config, ParameterLayout.of(VerifyNet.network(config.seed())));
  }

  static VerifyReport run(
      JavaSparkContext spark,
      RunConfig config,
      List<Optimizer> kinds,
      int fewest,
      int most,
      boolean unweighted) {
    VerifiedRecipe recipe = recipe(config);
    List<VerifyReport.Row> rows = new ArrayList<>();
    for (Optimizer kind : kinds) {
      for (int workers = fewest; workers <= most; workers++) {
        rows.add(row(spark, config, recipe, kind, workers, unweighted));
      }
    }
    return new VerifyReport(rows, recipe.leftOut());
  }

  private static VerifyReport.Row row(
      JavaSparkContext spark,
      RunConfig config,
      VerifiedRecipe verified,
      Optimizer kind,
      int workers,
      boolean unweighted) {
    Recipe recipe = verified.recipe(kind);
    boolean gradients = config.averaging().exchange().updatesOnDriver();
    int batch = GLOBAL_BATCH / workers;
    FastPath fastPath = config.training().fastPath();
    ComputationGraph net = VerifyNet.network(config.seed());
    INDArray start = net.params().dup();
    ReferenceProcess reference = new ReferenceProcess(net, fastPath, recipe, verified.wire());
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      for (List<int[]> shares : batches(workers, batch)) {
        DataSet undivided =
            examples(config.seed(), shares.stream().flatMapToInt(Arrays::stream).toArray());
        if (gradients) {
          reference.update(
              shares.stream().map(rows -> examples(config.seed(), rows)).toList(), undivided);
        } else {
          reference.update(undivided);
        }
      }
    }
    TrainerConfig settings =
        new TrainerConfig(workers, batch)
            .exchanging(State.AVERAGE, config.averaging().exchange(), verified.wire())
            .reducing(config.averaging().reduce())
            .seed(config.seed())
            .fastPath(fastPath)
            .startTimeout(Duration.ZERO);
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, recipe)) {
      SparkComputationGraph training =
          new SparkComputationGraph(spark, net, unweighted ? master.unweighted() : master);
      for (int epoch = 0; epoch < EPOCHS; epoch++) {
        training.fit(examples(spark, config.seed()));
      }
    }
    return new VerifyReport.Row(
        Choices.nameOf(kind.getClass()),
        workers,
        net.getIterationCount(),
        distance(net.params(), reference.weights()),
        allowed(config, workers),
        reference.farthestGradient(),
        distance(net.params(), start));
  }

  /** Differences are rounded, and one worker's too; of weights and gradients they are the bits. */
  private static double allowed(RunConfig config, int workers) {
    boolean bits = config.averaging().exchange().updatesOnDriver();
    boolean alone = config.averaging().exchange() instanceof Weights && workers == 1;
    return bits || alone ? 0 : VerifyReport.TOLERANCE;
  }

  /** The examples of each update, by worker: the next {@code batch} of every share. */
  private static List<List<int[]>> batches(int workers, int batch) {
    List<List<int[]>> batches = new ArrayList<>();
    int longest = (EXAMPLES + workers - 1) / workers;
    for (int from = 0; from < longest; from += batch) {
      int first = from;
      batches.add(
          IntStream.range(0, workers)
              .mapToObj(worker -> rows(worker, workers, first, batch))
              .filter(rows -> rows.length > 0)
              .toList());
    }
    return batches;
  }

  private static int[] rows(int worker, int workers, int first, int batch) {
    int share = EXAMPLES / workers + (worker < EXAMPLES % workers ? 1 : 0);
    int start = worker * (EXAMPLES / workers) + Math.min(worker, EXAMPLES % workers);
    return IntStream.range(start + first, start + Math.min(first + batch, share)).toArray();
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
