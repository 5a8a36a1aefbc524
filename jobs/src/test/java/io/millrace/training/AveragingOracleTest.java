package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.exchange.AveragingConfig;
import io.millrace.exchange.AveragingConfig.Reduce;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Differences;
import io.millrace.exchange.Exchange;
import io.millrace.exchange.FixedEvery;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.recipe.Bmuf;
import io.millrace.recipe.Ema;
import io.millrace.recipe.Momentum;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.Oracle;
import io.millrace.recipe.OuterStep;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.Replace;
import io.millrace.recipe.Sgd;
import io.millrace.recipe.Shadow;
import io.millrace.recipe.SlowMo;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * The whole path, through Spark, against a double-precision reference: 4 workers, 3 updates a
 * round, the last round short and with unequal shares.
 */
class AveragingOracleTest {
  private static final int WORKERS = 4;
  private static final int INPUTS = 5;
  private static final int UNITS = 4;
  private static final int CLASSES = 3;
  private static final double TOLERANCE = 3e-6;
  private static final Oracle ORACLE = new Oracle("averaging.json");

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());

  static Stream<Arguments> cases() {
    Bmuf classic = new Bmuf(0.75, 1, false, false);
    Bmuf bmuf = new Bmuf(null, 1, true, true); // 1 - 1 / workers is the table's 0.75
    SlowMo slow = new SlowMo(0.6, 1, false);
    return Stream.of(
        Arguments.of("plain_sgd", new Sgd(), State.AVERAGE, new Replace()),
        Arguments.of(
            "plain_momentum0.9_state_average", new Momentum(0.9), State.AVERAGE, new Replace()),
        Arguments.of(
            "plain_momentum0.9_local_reset", new Momentum(0.9), State.LOCAL_RESET, new Replace()),
        Arguments.of(
            "plain_nesterov0.9_state_average", new Nesterov(0.9), State.AVERAGE, new Replace()),
        Arguments.of("bmuf_classic_eta0.75_zeta1", new Sgd(), State.AVERAGE, classic),
        Arguments.of("bmuf_nesterov_eta0.75_zeta1", new Sgd(), State.AVERAGE, bmuf),
        Arguments.of(
            "bmuf_nesterov_eta0.75_zeta1_momentum0.9_local_reset",
            new Momentum(0.9),
            State.AVERAGE,
            bmuf),
        Arguments.of(
            "outer_nesterov_sgd_rate0.7_momentum0.9",
            new Sgd(),
            State.AVERAGE,
            new Bmuf(0.9, 0.7, true, false)),
        Arguments.of("slowmo_alpha1_beta0.6", new Sgd(), State.AVERAGE, slow),
        Arguments.of(
            "slowmo_alpha1_beta0.6_momentum0.9_state_average",
            new Momentum(0.9),
            State.AVERAGE,
            slow),
        Arguments.of(
            "slowmo_alpha1_beta0.6_momentum0.9_local_reset",
            new Momentum(0.9),
            State.LOCAL_RESET,
            slow),
        Arguments.of(
            "slowmo_nesterov_form_alpha1_beta0.6",
            new Sgd(),
            State.AVERAGE,
            new SlowMo(0.6, 1, true)),
        Arguments.of("slowmo_alpha1_beta0", new Sgd(), State.AVERAGE, new SlowMo(0.0, 1, false)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void roundsGiveTheMasterWeightsOfTheTable(
      String table, Optimizer optimizer, State state, OuterStep outer) {
    for (Exchange exchange : List.of(new Weights(), new Differences())) {
      var averaging =
          new AveragingConfig(
              new FixedEvery(3), state, exchange, Wire.FP32, Reduce.AUTO, outer, List.of());
      Run run = new Run(optimizer, averaging);
      double[][] expected = ORACLE.rows("cases/" + table);
      assertThat(run.rounds).hasSize(expected.length);
      for (int round = 0; round < expected.length; round++) {
        assertClose(table + " round " + round, run.rounds.get(round), expected[round]);
      }
    }
  }

  @Test
  void anExponentialAverageFollowsEachRoundByItsUpdates() {
    Run run = new Run(new Sgd(), following(new Ema(0.9, 1, 2.0 / 3, 0)));
    for (int round = 0; round < 4; round++) {
      assertClose(
          "ema " + round,
          run.shadows.get(round).get("ema").toArray(),
          ORACLE.vector("ema/by_round_of_plain_sgd/" + round + "/ema"));
    }
  }

  private static AveragingConfig following(Shadow shadow) {
    return new AveragingConfig(
        new FixedEvery(3),
        State.AVERAGE,
        new Weights(),
        Wire.FP32,
        Reduce.AUTO,
        new Replace(),
        List.of(shadow));
  }

  @Test
  void whatFollowsAndWhatSteersGoesOnFromARunsState() {
    for (OuterStep outer : List.of(new Bmuf(0.5, 1, true, false), new SlowMo(0.6, 1, false))) {
      var averaging =
          new AveragingConfig(
              new FixedEvery(3),
              State.AVERAGE,
              new Weights(),
              Wire.FP32,
              Reduce.AUTO,
              outer,
              List.of(new Ema(0.9, 1, 0.7, 0)));
      Run straight = new Run(new Momentum(0.9), averaging);
      Run resumed = new Run(new Momentum(0.9), averaging, 2);
      assertThat(resumed.last).isEqualTo(straight.last);
    }
  }

  private static void assertClose(String what, float[] found, double[] expected) {
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i])
          .as("%s, weight %d", what, i)
          .isCloseTo(expected[i], within(TOLERANCE));
    }
  }

  /** The rounds of the table, an epoch each, so that each can be looked at. */
  private final class Run {
    final List<float[]> rounds = new ArrayList<>();
    final List<Map<String, WeightVector>> shadows = new ArrayList<>();
    RunState last;

    Run(Optimizer optimizer, AveragingConfig averaging) {
      this(optimizer, averaging, 4);
    }

    /** Goes on from its own state after some rounds. */
    Run(Optimizer optimizer, AveragingConfig averaging, int stop) {
      RunState half = train(optimizer, averaging, 0, stop, null);
      last = stop == 4 ? half : train(optimizer, averaging, stop, 4, half);
    }

    private RunState train(
        Optimizer optimizer, AveragingConfig averaging, int from, int to, RunState start) {
      double[] rates = ORACLE.vector("rates");
      Recipe recipe =
          new Recipe(update -> rates[(int) update], optimizer, new WeightDecay(0, false));
      TrainerConfig settings =
          new TrainerConfig(WORKERS, 3).averaging(averaging).startTimeout(Duration.ZERO);
      try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, recipe)) {
        if (start != null) {
          master.resume(start);
        }
        var training = new SparkComputationGraph(spark, network(), master);
        for (int round = from; round < to; round++) {
          training.fit(round(round));
          rounds.add(inTheOrderOfTheTable(master.state().parameters().toArray()));
          Map<String, WeightVector> ordered = new HashMap<>();
          master
              .shadows(training, () -> null)
              .forEach(
                  (name, weights) ->
                      ordered.put(name, WeightVector.of(inTheOrderOfTheTable(weights.toArray()))));
          shadows.add(ordered);
        }
        return master.state();
      }
    }
  }

  private JavaRDD<DataSet> round(int round) {
    List<List<DataSet>> byWorker = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      List<DataSet> minibatches = new ArrayList<>();
      for (int update = 0; ; update++) {
        String at = "data_round_update_worker/" + round + "/" + update;
        if (!ORACLE.has(at)) {
          break;
        }
        minibatches.add(
            minibatch(
                ORACLE.rows(at + "/" + worker + "/x"), ORACLE.vector(at + "/" + worker + "/y")));
      }
      byWorker.add(minibatches);
    }
    return new GivenRound(spark.sc(), byWorker).toJavaRDD();
  }

  private static DataSet minibatch(double[][] x, double[] y) {
    DataSet data = new DataSet(Nd4j.create(x.length, INPUTS), Nd4j.zeros(x.length, CLASSES));
    for (int row = 0; row < x.length; row++) {
      for (int i = 0; i < INPUTS; i++) {
        data.getFeatures().putScalar(row, i, x[row][i]);
      }
      data.getLabels().putScalar(row, (int) y[row], 1);
    }
    return data;
  }

  private static ComputationGraph network() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .updater(new org.nd4j.linalg.learning.config.Sgd(1))
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "hidden",
                    new DenseLayer.Builder()
                        .nIn(INPUTS)
                        .nOut(UNITS)
                        .activation(Activation.TANH)
                        .build(),
                    "in")
                .addLayer(
                    "out",
                    new OutputLayer.Builder(LossFunction.MCXENT)
                        .nIn(UNITS)
                        .nOut(CLASSES)
                        .activation(Activation.SOFTMAX)
                        .build(),
                    "hidden")
                .setOutputs("out")
                .build());
    net.init();
    double[] given = ORACLE.vector("w0");
    int[] order = order();
    for (int i = 0; i < given.length; i++) {
      net.params().putScalar(order[i], given[i]);
    }
    return net;
  }

  private static float[] inTheOrderOfTheTable(float[] ours) {
    int[] order = order();
    float[] theirs = new float[order.length];
    for (int i = 0; i < order.length; i++) {
      theirs[i] = ours[order[i]];
    }
    return theirs;
  }

  /** Where an element of the table lies here: DL4J keeps matrices by column, the table by row. */
  private static int[] order() {
    int[] order = new int[INPUTS * UNITS + UNITS + UNITS * CLASSES + CLASSES];
    int at = matrix(order, 0, INPUTS, UNITS);
    for (int i = 0; i < UNITS; i++) {
      order[at + i] = at + i;
    }
    at = matrix(order, at + UNITS, UNITS, CLASSES);
    for (int i = 0; i < CLASSES; i++) {
      order[at + i] = at + i;
    }
    return order;
  }

  private static int matrix(int[] order, int start, int rows, int columns) {
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < columns; column++) {
        order[start + row * columns + column] = start + column * rows + row;
      }
    }
    return start + rows * columns;
  }
}
