package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.BinaryCrossEntropy;
import io.millrace.recipe.BinaryCrossEntropy.Over;
import io.millrace.recipe.CrossEntropy;
import io.millrace.recipe.Focal;
import io.millrace.recipe.Loss;
import io.millrace.recipe.Objective;
import io.millrace.recipe.SigmoidFocal;
import io.millrace.replica.TrainerConfig;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.deeplearning4j.spark.impl.multilayer.SparkDl4jMultiLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/** Losses other than a network's own, through Spark. */
class LossTrainingTest {
  private static final int EXAMPLES = 24;
  private static final double RATE = 0.1;
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final List<DataSet> examples = Nets.examples(EXAMPLES, 3);

  static Stream<Objective> objectives() {
    List<Double> weights = List.of(0.5, 2.0, 1.0);
    return Stream.<Loss>of(
            new CrossEntropy(),
            new BinaryCrossEntropy(null, Over.MEAN),
            new Focal(2),
            new SigmoidFocal(2, 0.25))
        .map(loss -> new Objective(loss, weights));
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void workersAreOneProcessWhateverTheLoss(Objective objective) {
    ComputationGraph one = trained(settings(1, EXAMPLES).minimising(objective));
    ComputationGraph three = trained(settings(3, EXAMPLES / 3).minimising(objective));
    assertThat(Nets.distance(one.params(), three.params())).isLessThan(1e-6);
    assertThat(Nets.distance(one.params(), trained(settings(1, EXAMPLES)).params()))
        .isGreaterThan(1e-3);
  }

  @ParameterizedTest
  @MethodSource("objectives")
  void anUpdateGoesDownTheSlopeOfTheMeanLoss(Objective objective) {
    ComputationGraph net = Nets.plain(new Sgd(RATE));
    INDArray before = net.params().dup();
    double start = meanLoss(net, objective);
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(settings(1, EXAMPLES).minimising(objective))) {
      var training = new SparkComputationGraph(spark, net, master);
      training.fit(spark.parallelize(examples, 1));
      assertThat(training.getScore()).isEqualTo(start, within(1e-6));
    }
    INDArray after = net.params().dup();
    double step = 1e-3;
    for (int i = 0; i < before.length(); i += 7) {
      double slope = 0;
      for (int sign : new int[] {1, -1}) {
        INDArray moved = before.dup();
        moved.putScalar(i, before.getDouble(i) + sign * step);
        net.setParams(moved);
        slope += sign * meanLoss(net, objective) / (2 * step);
      }
      double moved = after.getDouble(i) - before.getDouble(i);
      assertThat(moved).isEqualTo(-RATE * slope, within(2e-5));
    }
  }

  /** By the logarithms of the softmax, which are logits but for a constant, whatever the loss. */
  private double meanLoss(ComputationGraph net, Objective objective) {
    DataSet all = DataSet.merge(examples);
    INDArray hidden = net.feedForward(all.getFeatures(), false).get("hidden");
    INDArray logits =
        hidden
            .mmul(net.getLayer("out").getParam("W"))
            .addRowVector(net.getLayer("out").getParam("b"));
    double[] weights = objective.classWeights().stream().mapToDouble(w -> w).toArray();
    double sum = 0;
    for (int row = 0; row < EXAMPLES; row++) {
      double[] t = all.getLabels().getRow(row).toDoubleVector();
      double[] z = logits.getRow(row).toDoubleVector();
      sum += objective.loss().of(t, z, weights, new double[Nets.CLASSES]);
    }
    return sum / EXAMPLES;
  }

  @Test
  void theLossIsNeverSavedWithTheNetwork() {
    Objective focal = new Objective(new Focal(2), List.of());
    ComputationGraph net = trained(settings(2, 4).minimising(focal));
    ComputationGraph stock = trained(settings(2, 4));
    assertThat(net.getConfiguration().toJson()).isEqualTo(stock.getConfiguration().toJson());
    assertThat(net.params()).isNotEqualTo(stock.params());
  }

  @Test
  void nativeAndStockPathsAndStacksTrainByIt() {
    Objective focal = new Objective(new Focal(2), List.of());
    TrainerConfig settings = settings(2, 4).minimising(focal);
    ComputationGraph fast = trained(settings);
    for (FastPath path : List.of(FastPath.FALSE, FastPath.OPS)) {
      assertThat(Nets.distance(fast.params(), trained(settings.fastPath(path)).params()))
          .isLessThan(1e-6);
    }
    MultiLayerNetwork stack = stack(settings);
    assertThat(Nets.distance(stack.params(), stack(settings(2, 4)).params())).isGreaterThan(1e-3);
  }

  @Test
  void aNetworkOfAnotherLossIsRefusedBeforeAnyTask() {
    Objective focal = new Objective(new Focal(2), List.of());
    ComputationGraph net = Nets.squares(new Sgd(RATE));
    try (AveragingTrainingMaster master =
        new AveragingTrainingMaster(settings(1, 4).minimising(focal))) {
      assertThatThrownBy(
              () ->
                  new SparkComputationGraph(spark, net, master).fit(spark.parallelize(examples, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid loss: Focal[gamma=2.0] (must be plain cross entropy for a network with a"
                  + " loss of its own: out, OutputLayer of LossMSE() on softmax)");
    }
  }

  private ComputationGraph trained(TrainerConfig settings) {
    ComputationGraph net = Nets.plain(new Sgd(RATE));
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings)) {
      var training = new SparkComputationGraph(spark, net, master);
      for (int epoch = 0; epoch < 3; epoch++) {
        training.fit(spark.parallelize(examples, 2));
      }
    }
    return net;
  }

  private MultiLayerNetwork stack(TrainerConfig settings) {
    MultiLayerNetwork net = new MultiLayerNetwork(Nets.layers(new Nesterovs(RATE, 0.9)));
    net.init();
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings)) {
      new SparkDl4jMultiLayer(spark, net, master).fit(spark.parallelize(examples, 2));
    }
    return net;
  }

  private static TrainerConfig settings(int workers, int batch) {
    return new TrainerConfig(workers, batch).startTimeout(Duration.ZERO);
  }
}
