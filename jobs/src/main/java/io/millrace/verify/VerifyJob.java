package io.millrace.verify;

import io.millrace.config.Choices;
import io.millrace.config.RunConfig;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Adadelta;
import io.millrace.recipe.Cosine;
import io.millrace.recipe.Course;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.Momentum;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.OptimizerConfig;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Trust;
import io.millrace.replica.TrainerConfig;
import io.millrace.training.AveragingTrainingMaster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
   * weights those that are linear in the gradient. Seed, the config's own optimiser, L2 and whether
   * native layers are used come from the config.
   *
   * @param unweighted makes every worker count the same, with which the report must fail
   */
  public static VerifyReport run(JavaSparkContext spark, RunConfig config, boolean unweighted) {
    return run(spark, config, kinds(config), 1, 4, unweighted);
  }

  /** The optimisers under which workers are one process by the config's exchange. */
  static List<Optimizer> kinds(RunConfig config) {
    boolean all = config.averaging().exchange().updatesOnDriver();
    Optimizer given = config.optimizer().kind();
    Stream<Optimizer> listed =
        Choices.defaults(Optimizer.class).stream().map(each -> same(each, given));
    return Stream.concat(listed, Stream.of(given))
        .distinct()
        .filter(each -> all || each.isLinear())
        .toList();
  }

  /** The config's own optimiser in the place of its kind's defaults, and its momentum in others. */
  private static Optimizer same(Optimizer kind, Optimizer given) {
    if (kind.getClass() == given.getClass()) {
      return given;
    }
    double momentum =
        given instanceof Momentum one
            ? one.momentum()
            : given instanceof Nesterov one ? one.momentum() : 0.9;
    return kind instanceof Momentum
        ? new Momentum(momentum)
        : kind instanceof Nesterov ? new Nesterov(momentum) : kind;
  }

  static VerifyReport run(
      JavaSparkContext spark,
      RunConfig config,
      List<Optimizer> kinds,
      int fewest,
      int most,
      boolean unweighted) {
    List<VerifyReport.Row> rows = new ArrayList<>();
    for (Optimizer kind : kinds) {
      for (int workers = fewest; workers <= most; workers++) {
        rows.add(row(spark, config, kind, workers, unweighted));
      }
    }
    return new VerifyReport(rows);
  }

  private static VerifyReport.Row row(
      JavaSparkContext spark, RunConfig config, Optimizer kind, int workers, boolean unweighted) {
    OptimizerConfig given = config.optimizer();
    Recipe recipe =
        Recipe.of(new OptimizerConfig(kind, given.weightDecay(), given.decayBias()), rate(kind));
    boolean gradients = config.averaging().exchange().updatesOnDriver();
    int batch = GLOBAL_BATCH / workers;
    FastPath fastPath = config.training().fastPath();
    ComputationGraph net = VerifyNet.network(config.seed());
    INDArray start = net.params().dup();
    ReferenceProcess reference = new ReferenceProcess(net, fastPath, recipe);
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
            .exchanging(State.AVERAGE, config.averaging().exchange(), Wire.FP32)
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

  /** A rate at which a kind moves the weights and they stay finite. */
  private static LearningRate rate(Optimizer kind) {
    boolean bySize = kind.isLinear() || kind.trust() == Trust.OF_GRADIENT;
    double peak = kind instanceof Adadelta ? 10 : bySize ? 0.1 : 0.01;
    return ResolvedRate.of(new Course(peak, 5, 20, 10), new Cosine(0));
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
