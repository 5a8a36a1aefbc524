package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.exchange.AveragingConfig.State;
import io.millrace.exchange.Exchange;
import io.millrace.exchange.Gradients;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.Safetensors;
import io.millrace.model.layers.AcceleratedNetwork;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativePass;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Pace;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.RoundOrder;
import io.millrace.recipe.WeightDecay;
import io.millrace.replica.ReplicaNetwork;
import io.millrace.replica.ReplicaSpec;
import io.millrace.replica.TrainableNet;
import io.millrace.replica.TrainerConfig;
import io.millrace.replica.WatchedUpdate;
import io.millrace.wire.Elements;
import io.millrace.wire.FlatArrays;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** One update of an 8-layer residual net, and its activations, against what PyTorch measured. */
class DiagnosticsOracleTest {
  private static final double TOLERANCE = 1e-4;
  private static final int CLASSES = 10;
  private static final int IMAGES = 8;
  private static final Recipe RECIPE =
      new Recipe(update -> 0.05, new Nesterov(0.9), new WeightDecay(0.01, false));
  private static final RoundOrder ORDER = new Pace(RECIPE).order(0, 0, 1, 0);
  private static final GradientNorm GRADIENT = new GradientNorm(1e-3, 10);
  private static final UpdateRatio RATIO = new UpdateRatio(0.1, 1e-5);
  private static final List<Diagnostic> KINDS = List.of(GRADIENT, new WeightNorm(), RATIO);

  private final Safetensors images = new Safetensors("/oracles/resnet8_three_steps.safetensors");
  private final JsonNode oracle;
  private final ComputationGraph canonical =
      new ComputationGraph(
          new CifarResNet(8, 4, Shortcut.PROJECTION, true)
              .configuration(
                  new NetworkPurpose(new ImageShape(12, 12, 3), CLASSES, new Sgd(0.05), 1)));

  DiagnosticsOracleTest() throws IOException {
    oracle =
        new ObjectMapper()
            .readTree(DiagnosticsOracleTest.class.getResource("/oracles/diagnostics.json"));
    canonical.init();
  }

  static Stream<Arguments> cases() {
    return Stream.of("as_given", "with_dead_channels")
        .flatMap(each -> Stream.of(FastPath.values()).map(path -> Arguments.of(each, path)));
  }

  /** The initial weights, and three dead channels for one of the cases. */
  private byte[][] weights(String name) {
    for (ParameterSlot slot : ParameterLayout.of(canonical).slots()) {
      INDArray view = canonical.getVertex(slot.vertex()).paramTable(false).get(slot.name());
      INDArray found = images.array("initial." + Safetensors.torch(slot));
      view.assign(found.rank() == 2 ? found.transpose() : found.reshape(view.shape()));
    }
    if (name.equals("with_dead_channels")) {
      beta("stage2_block1_conv1_bn").putScalar(2, -10);
      beta("stage2_block1_conv1_bn").putScalar(5, -10);
      beta("stem_bn").putScalar(1, -20);
    }
    return new FlatArrays(List.of(canonical.params())).slices();
  }

  private INDArray beta(String norm) {
    return canonical.getVertex(norm).paramTable(false).get("beta");
  }

  private DataSet minibatch() {
    INDArray labels = Nd4j.valueArrayOf(IMAGES, CLASSES, 0.01f);
    INDArray classes = images.array("labels");
    for (int i = 0; i < IMAGES; i++) {
      labels.putScalar(i, classes.getInt(i), 0.91);
    }
    return new DataSet(images.array("input"), labels);
  }

  private ReplicaSpec spec(FastPath path, Exchange exchange) {
    return ReplicaSpec.of(
        "oracle",
        new TrainableNet(canonical),
        RECIPE,
        new TrainerConfig(1, IMAGES)
            .fastPath(path)
            .exchanging(State.AVERAGE, exchange, Wire.FP32)
            .diagnosed(new Sampling(KINDS, 1, 1)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void anUpdateOnAWorker(String name, FastPath path) {
    byte[][] master = weights(name);
    ReplicaNetwork replica = new ReplicaNetwork(spec(path, new Weights()));
    byte[][] down = with(master, spec(path, new Weights()).state().length());
    replica.load(down, ORDER);
    Measures read = new Measures();
    double loss = replica.fit(minibatch(), ORDER, 0, 1, 0, new WatchedUpdate(down, read)).loss();
    replica.close();
    assertThat(loss / IMAGES).isCloseTo(at(name, "loss"), within(1e-4));
    assertIsTheTable(name, read);
  }

  /** Under gradients the driver makes the update, in slices. */
  @ParameterizedTest
  @MethodSource("cases")
  void theSameUpdateOnTheDriver(String name, FastPath path) {
    byte[][] master = weights(name);
    ReplicaSpec spec = spec(path, new Gradients());
    ReplicaNetwork replica = new ReplicaNetwork(spec);
    replica.load(master, ORDER);
    replica.fit(minibatch(), ORDER, 0, 1);
    byte[][] gradient = replica.store();
    replica.close();
    StepMeter meter = new StepMeter(KINDS, spec.parameters(), spec.rule(), true);
    Measures read = meter.gradient(Elements.of(gradient), Elements.of(master), IMAGES);
    byte[][] state = WeightCodec.allocate(spec.state().length());
    spec.rule().apply(spec.parameters(), master, gradient, state, IMAGES, ORDER.moments(0));
    read.add(meter.update(Elements.of(master), Elements.of(gradient)));
    assertIsTheTable(name, read);
  }

  private static byte[][] with(byte[][] weights, long state) {
    long elements = new WeightVector(weights, 0, weights[0].length / Float.BYTES).length();
    byte[][] down = WeightCodec.allocate(elements + state);
    System.arraycopy(weights[0], 0, down[0], 0, weights[0].length);
    return down;
  }

  private void assertIsTheTable(String name, Measures read) {
    Map<String, Map<String, Double>> gradients = Readings.means(GRADIENT, read);
    Map<String, Map<String, Double>> weights = Readings.means(new WeightNorm(), read);
    Map<String, Map<String, Double>> ratios = Readings.means(RATIO, read);
    List<ParameterSlot> trained =
        ParameterLayout.of(canonical).slots().stream().filter(ParameterSlot::trained).toList();
    assertThat(gradients).hasSameSizeAs(trained).hasSize(29);
    for (ParameterSlot slot : trained) {
      String parameter = name + "/parameters/" + Safetensors.torch(slot);
      Map<String, Double> gradient = GRADIENT.figures(gradients.get(slot.key()));
      Map<String, Double> ratio = RATIO.figures(ratios.get(slot.key()));
      assertNear(parameter, "gradient_norm", gradient.get("norm"));
      assertNear(parameter, "gradient_norm_with_l2", gradient.get("norm_with_l2"));
      assertNear(parameter, "gradient_rms", gradient.get("rms"));
      assertNear(parameter, "gradient_mean_abs", gradient.get("mean_absolute"));
      Map<String, Double> weight = new WeightNorm().figures(weights.get(slot.key()));
      assertNear(parameter, "weight_norm", weight.get("norm"));
      assertNear(parameter, "update_norm", ratio.get("norm"));
      assertNear(parameter, "update_to_weight", ratio.get("ratio"));
    }
    double global = GRADIENT.ofRound(new ArrayList<>(gradients.values())).orElseThrow();
    assertNear(name, "global_gradient_norm", global);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void activationsAndDeadChannels(String name, FastPath path) {
    byte[][] master = weights(name);
    ParameterLayout layout = ParameterLayout.of(canonical);
    AcceleratedNetwork apart = NativePass.apart(canonical.getConfiguration(), path);
    ComputationGraph net = apart.network();
    apart.table(layout, net).toReplica(canonical.params(), net.params());
    Map<String, ChannelSums> sums = new LinkedHashMap<>();
    ActivationPass.run(
        net,
        images.array("input"),
        true,
        (vertex, output) -> ActivationPass.add(vertex, output, false, sums));
    Look look =
        new Look(
            canonical.getConfiguration(),
            sums,
            layout,
            new WeightVector(master, 0, layout.length()),
            1);
    Measures read = new Measures();
    DeadUnits dead = new DeadUnits(0.4);
    dead.look(look, new Readings(dead, read));
    new Activations().look(look, new Readings(new Activations(), read));
    Map<String, Map<String, Double>> channels = Readings.means(dead, read);
    Map<String, Map<String, Double>> activations = Readings.means(new Activations(), read);
    assertThat(channels).hasSize(7);
    for (String relu : channels.keySet()) {
      String layer = name + "/relu/" + torchRelu(relu);
      assertNear(layer, "share_of_dead_channels", channels.get(relu).get("dead"));
      assertNear(layer, "share_of_zero_activations", channels.get(relu).get("zeros"));
      Map<String, Double> figures = new Activations().figures(activations.get(relu));
      assertNear(layer, "mean", figures.get("mean"));
      assertNear(layer, "std_biased", figures.get("deviation"));
      assertNear(layer, "pre_activation_mean", figures.get("before_mean"));
      assertNear(layer, "pre_activation_std_biased", figures.get("before_deviation"));
      List<Integer> found = new ArrayList<>();
      for (int c = 0; c < sums.get(relu).channels(); c++) {
        if (sums.get(relu).isDead(c)) {
          found.add(c);
        }
      }
      assertThat(found.toString().replace(" ", ""))
          .isEqualTo(oracle.at("/" + layer + "/dead_channels").toString());
    }
  }

  private double at(String path, String figure) {
    JsonNode node = oracle.at("/" + path).get(figure);
    assertThat(node).as(path + " " + figure).isNotNull();
    return node.asDouble();
  }

  private void assertNear(String path, String figure, double found) {
    double expected = at(path, figure);
    assertThat(found)
        .as(path + " " + figure)
        .isCloseTo(expected, within(TOLERANCE * Math.max(Math.abs(expected), 0.05)));
  }

  private static String torchRelu(String vertex) {
    return vertex.equals("stem_relu")
        ? "relu"
        : vertex
            .replaceAll("^stage(\\d)_block1_relu1$", "layer$1.relu1")
            .replaceAll("^stage(\\d)_block1(_relu2)?$", "layer$1.relu2");
  }
}
