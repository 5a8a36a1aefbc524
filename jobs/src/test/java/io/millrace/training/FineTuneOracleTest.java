package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Differences;
import io.millrace.exchange.Exchange;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.model.Children;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.Safetensors;
import io.millrace.model.layers.FastPath;
import io.millrace.recipe.Clip;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.ParameterGroup;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.Selection;
import io.millrace.recipe.Tuning;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.TrainerConfig;
import io.millrace.state.RunState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.api.java.JavaSparkContext;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.spark.impl.graph.SparkComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Two stages of fine-tuning against the values PyTorch computed. */
class FineTuneOracleTest {
  private static final double TOLERANCE = 1e-4;
  private static final int CLASSES = 7;
  private static final ComputationGraphConfiguration NETWORK =
      new CifarResNet(8, 4, Shortcut.PROJECTION, true)
          .configuration(new NetworkPurpose(new ImageShape(12, 12, 3), CLASSES, new Sgd(0.1), 1));

  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final Safetensors oracle = open();
  private final List<RoundReport> rounds = new ArrayList<>();

  private static Safetensors open() {
    try {
      return new Safetensors("/oracles/finetune.safetensors");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataSet minibatch() {
    Safetensors oracle = open();
    INDArray classes = oracle.array("labels");
    INDArray labels = Nd4j.valueArrayOf(classes.length(), CLASSES, 0.1 / CLASSES);
    for (int i = 0; i < classes.length(); i++) {
      labels.putScalar(i, classes.getInt(i), 0.9 + 0.1 / CLASSES);
    }
    return new DataSet(oracle.array("input"), labels);
  }

  private ComputationGraph initial() {
    ComputationGraph net = new ComputationGraph(NETWORK.clone());
    net.init();
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      view(net, slot).assign(oracle.reference("initial", slot));
    }
    return net;
  }

  private static Recipe recipe(
      ComputationGraph net, double rate, Map<String, Double> factors, String from) {
    List<ParameterGroup> groups = new ArrayList<>();
    factors.forEach(
        (names, factor) ->
            groups.add(new ParameterGroup(names, null, factor, null, null, null, null, false)));
    Set<String> frozen =
        new Selection(List.of(from), List.of())
            .frozen("stages[0]", Children.of(NETWORK, Children.OWN), ParameterLayout.of(net));
    return new Recipe(
            update -> rate, new Nesterov(0.9), new WeightDecay(0.01, false), Clip.NONE, groups)
        .tuned(new Tuning(frozen, Map.of(), Map.of(), 0));
  }

  private RunState train(
      ComputationGraph net, Recipe recipe, TrainerConfig settings, int updates, RunState from) {
    try (AveragingTrainingMaster master = new AveragingTrainingMaster(settings, recipe)) {
      if (from != null) {
        master.resume(from);
      }
      new SparkComputationGraph(spark, net, master.listen(rounds::add))
          .fit(
              new InMemoryRounds(spark.sc(), settings.workers(), updates, 1, worker -> minibatch())
                  .toJavaRDD());
      return master.state();
    }
  }

  private static TrainerConfig settings(FastPath path, String exchange) {
    return new TrainerConfig(1, 8)
        .fastPath(path)
        .exchanging(State.AVERAGE, exchange(exchange), Wire.FP32)
        .startTimeout(Duration.ZERO);
  }

  private static Exchange exchange(String name) {
    return switch (name) {
      case "weights" -> new Weights();
      case "differences" -> new Differences();
      default -> new Gradients();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "TRUE, weights, true",
    "TRUE, weights, false",
    "TRUE, gradients, true",
    "TRUE, differences, true",
    "FALSE, weights, true",
    "OPS, gradients, false"
  })
  void bothStagesGiveTheReferencesWeights(FastPath path, String exchange, boolean keeps) {
    ComputationGraph net = initial();
    INDArray before = net.params().dup();
    Recipe first = recipe(net, 0.05, Map.of("stage*", 0.1), "stage2..");
    RunState head = train(net, first, settings(path, exchange), 3, null);
    are(net, "stage1.after3");
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      boolean stays = slot.vertex().matches("stem.*|stage1.*");
      assertThat(part(net.params(), slot).equals(part(before, slot)))
          .as(slot.toString())
          .isEqualTo(stays);
      INDArray momentum = part(Nd4j.createFromArray(head.state().toArray()), slot);
      if (slot.trained() && !stays) {
        close(momentum, oracle.reference("stage1.momentum", slot), slot.toString());
      } else {
        assertThat(momentum.amaxNumber().doubleValue()).as(slot.toString()).isZero();
      }
    }
    Recipe second =
        recipe(net, 0.02, Map.of("stage1*", 0.01, "stage2*", 0.1, "stage3*", 0.1), "stage1..");
    RunState from =
        keeps
            ? head
            : new RunState(
                head.parameters(),
                io.millrace.wire.WeightVector.zeros(head.state().length()),
                head.update(),
                head.epoch());
    train(net, second, settings(path, exchange), 2, from);
    are(net, (keeps ? "stage2_keep" : "stage2_reset") + ".after5");
  }

  @ParameterizedTest
  @CsvSource({
    "weights, AVERAGE, FP32, 2, 4",
    "weights, LOCAL_RESET, FP32, 1, 4",
    "differences, LOCAL_RESET, BF16, 1, 2",
    "gradients, AVERAGE, FP32, 1, 4",
    "gradients, AVERAGE, BF16, 1, 2"
  })
  void aHeadOnlyStageExchangesTheHeadsBytesAlone(
      String exchange, State state, Wire wire, int vectors, int width) {
    ComputationGraph net = initial();
    INDArray before = net.params().dup();
    TrainerConfig settings =
        new TrainerConfig(2, 8)
            .exchanging(state, exchange(exchange), wire)
            .startTimeout(Duration.ZERO);
    train(net, recipe(net, 0.1, Map.of(), "head"), settings, 2, null);
    for (RoundReport round : rounds) {
      assertThat(round.feed().measures().sum(RoundReport.BYTES_DOWN))
          .isEqualTo(4.0 * 119 * vectors);
      assertThat(round.feed().measures().sum(RoundReport.BYTES_UP))
          .isEqualTo((double) 2 * width * 119 * vectors);
    }
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      assertThat(part(net.params(), slot).equals(part(before, slot)))
          .as(slot.toString())
          .isEqualTo(!slot.vertex().equals("output"));
    }
  }

  @Test
  void aFrozenBatchNormAboveTrainedLayersStaysOnItsStatisticsAndHandsTheGradientOn() {
    List<INDArray> trained = new ArrayList<>();
    for (FastPath path : FastPath.values()) {
      ComputationGraph net = initial();
      INDArray before = net.params().dup();
      Recipe recipe =
          recipe(net, 0.05, Map.of(), "all")
              .tuned(
                  new Tuning(
                      new Selection(List.of(), List.of("*_bn"))
                          .frozen(
                              "stages[0]",
                              Children.of(NETWORK, Children.OWN),
                              ParameterLayout.of(net)),
                      Map.of(),
                      Map.of(),
                      0));
      train(net, recipe, settings(path, "weights"), 3, null);
      for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
        assertThat(part(net.params(), slot).equals(part(before, slot)))
            .as(slot.toString())
            .isEqualTo(slot.kind().isNorm());
      }
      trained.add(net.params().dup());
    }
    for (INDArray each : trained) {
      close(each, trained.get(0), "paths");
    }
  }

  private void are(ComputationGraph net, String state) {
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      close(part(net.params(), slot), oracle.reference(state, slot), state + " " + slot);
    }
  }

  private static INDArray view(ComputationGraph net, ParameterSlot slot) {
    return net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
  }

  private static INDArray part(INDArray vector, ParameterSlot slot) {
    return vector
        .reshape(vector.length())
        .get(
            org.nd4j.linalg.indexing.NDArrayIndex.interval(
                slot.offset(), slot.offset() + slot.length()))
        .dup();
  }

  /** Dense weights lie with the inputs fastest, as DL4J has them. */
  private static void close(INDArray found, INDArray expected, String what) {
    INDArray flat =
        expected.rank() == 2 && expected.ordering() == 'f'
            ? Nd4j.toFlattened('f', expected)
            : Nd4j.toFlattened('c', expected);
    INDArray mine = found.reshape(found.length());
    double difference = mine.sub(flat.reshape(flat.length())).amaxNumber().doubleValue();
    double most = Math.max(1e-8, flat.amaxNumber().doubleValue());
    assertThat(difference / most).as(what).isLessThan(TOLERANCE);
  }
}
