package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ImageShape;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.model.ResidualBlocks;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.random.Keys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.apache.commons.codec.digest.DigestUtils;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

class InitialWeightsTest {
  private static final int SEED = 7;

  /** A network of every kind of layer whose weights have a shape of their own. */
  private static ComputationGraphConfiguration zoo() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .biasInit(0.5)
        .weightInit(WeightInit.XAVIER)
        .graphBuilder()
        .addInputs("in")
        .addLayer("conv", new ConvolutionLayer.Builder(3, 2).nOut(6).build(), "in")
        .addLayer("norm", new BatchNormalization.Builder().useLogStd(false).build(), "conv")
        .addLayer(
            "depthwise",
            new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(12).build(),
            "norm")
        .addLayer(
            "separable",
            new SeparableConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(8).build(),
            "depthwise")
        .addLayer(
            "up",
            new FrozenLayer(new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(5).build()),
            "separable")
        .addLayer("slopes", new PReLULayer.Builder().inputShape(5, 10, 12).build(), "up")
        .addLayer(
            "local", new LocallyConnected2D.Builder().kernelSize(4, 4).nOut(2).build(), "slopes")
        .addLayer("dense", new DenseLayer.Builder().nOut(4).hasLayerNorm(true).build(), "local")
        .addLayer(
            "output",
            new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
            "dense")
        .setOutputs("output")
        .setInputTypes(InputType.convolutional(11, 12, 3))
        .build();
  }

  private static ComputationGraph net(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(configuration));
    net.init();
    return net;
  }

  private static ComputationGraph residual() {
    return net(
        new CifarResNet(8, 16, Shortcut.PROJECTION, true)
            .configuration(new NetworkPurpose(new ImageShape(8, 8, 3), 10, new Sgd(0.1), 3)));
  }

  private static InitRule rule(String names, Initializer kind) {
    return new InitRule(names, null, kind);
  }

  private static InitialWeights start(
      ComputationGraph net, long seed, boolean zeroGamma, Initializer kind, InitRule... rules) {
    InitialWeights weights = InitialWeights.of(new InitConfig(kind, null, List.of(rules)), net);
    weights.set(net, seed, zeroGamma);
    return weights;
  }

  private static float[] values(ComputationGraph net, String vertex, String name) {
    INDArray view = net.getVertex(vertex).paramTable(false).get(name);
    return view.dup(view.ordering()).data().asFloat();
  }

  private static float[] values(ComputationGraph net, ParameterSlot slot) {
    return values(net, slot.vertex(), slot.name());
  }

  private static double deviation(ComputationGraph net, String vertex, String name) {
    double squares = 0;
    float[] values = values(net, vertex, name);
    for (float value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  private static WeightShape shape(InitialWeights weights, String key) {
    return weights.starts().stream()
        .filter(start -> start.slot().key().equals(key))
        .findFirst()
        .orElseThrow()
        .shape();
  }

  /** The start as it was before there were others, number by number. */
  @Test
  void theDefaultStartIsWhatItAlwaysWas() {
    ComputationGraph net = residual();
    start(net, SEED, true, new Kaiming());
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray view = net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
      Random random = new Random(Keys.of(SEED, slot.vertex() + "." + slot.name()));
      float[] expected = new float[(int) slot.length()];
      if (slot.key().equals("output.W")) {
        double bound = 1 / Math.sqrt(64);
        for (int i = 0; i < expected.length; i++) {
          expected[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
      } else if (slot.kind() == Kind.WEIGHT) {
        double deviation = Math.sqrt(2.0 / (view.size(0) * view.size(2) * view.size(3)));
        for (int i = 0; i < expected.length; i++) {
          expected[i] = (float) (deviation * random.nextGaussian());
        }
      } else {
        boolean one = slot.kind() == Kind.GAMMA && !slot.vertex().endsWith("conv2_bn");
        Arrays.fill(expected, one || slot.kind() == Kind.VARIANCE ? 1 : 0);
      }
      assertThat(values(net, slot)).as(slot.key()).isEqualTo(expected);
    }
  }

  /** Digests of what the program made before there were other initialisers. */
  @Test
  void theDefaultStartHasTheBitsThatItAlwaysHad() {
    ComputationGraph net = residual();
    start(net, SEED, true, new Kaiming());
    assertThat(digest(net))
        .isEqualTo("c55d46d3d81b356c08196ef0b872774020a31279e8790f8b1c77df35eceaf5d6");
    ComputationGraph others =
        net(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "depthwise",
                    new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(12).build(),
                    "in")
                .addLayer(
                    "separable",
                    new SeparableConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(8).build(),
                    "depthwise")
                .addLayer(
                    "up",
                    new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(5).build(),
                    "separable")
                .addLayer("dense", new DenseLayer.Builder().nOut(4).build(), "up")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "dense")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(11, 12, 6))
                .build());
    start(others, SEED, true, new Kaiming());
    assertThat(digest(others))
        .isEqualTo("cd6d2109fb7c26798a9ec434b16c463ee352b02171db0726cc921d314a7f2a38");
  }

  private static String digest(ComputationGraph net) {
    float[] values = net.params().dup().data().asFloat();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return DigestUtils.sha256Hex(bytes.array());
  }

  @Test
  void fansAreThoseOfAGroupInEveryShapeThatDl4jHas() {
    InitialWeights weights = InitialWeights.of(InitConfig.DEFAULT, net(zoo()));
    fans(shape(weights, "conv.W"), 3 * 6, 6 * 6);
    fans(shape(weights, "depthwise.W"), 9, 9 * 2);
    fans(shape(weights, "separable.W"), 9, 9 * 2);
    fans(shape(weights, "separable.pW"), 24, 8);
    fans(shape(weights, "up.W"), 8 * 4, 5 * 4);
    fans(shape(weights, "output.W"), 4, 3);
    for (String none : List.of("slopes.W", "local.W", "dense.g", "dense.b", "norm.gamma")) {
      assertThat(shape(weights, none).hasFans()).as(none).isFalse();
    }
  }

  /** DL4J knows two kinds of frozen layers, and one may hold the other. */
  @Test
  void aFrozenLayerStartsAsTheLayerInIt() {
    var layer = new Deconvolution2D.Builder(2, 2).nIn(3).nOut(5);
    for (var wrapped :
        List.of(
            new FrozenLayer(layer.build()),
            new FrozenLayerWithBackprop(layer.build()),
            new FrozenLayer(new FrozenLayerWithBackprop(layer.build())),
            new FrozenLayerWithBackprop(new FrozenLayer(layer.build())))) {
      ComputationGraph net =
          net(
              new NeuralNetConfiguration.Builder()
                  .graphBuilder()
                  .addInputs("in")
                  .addLayer("up", wrapped, "in")
                  .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "up")
                  .setOutputs("output")
                  .setInputTypes(InputType.convolutional(4, 4, 3))
                  .build());
      fans(shape(InitialWeights.of(InitConfig.DEFAULT, net), "up.W"), 3 * 4, 5 * 4);
    }
  }

  @Test
  void aLayerForEachStepIsTheLayerInIt() {
    ComputationGraph net =
        net(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "dense",
                    new TimeDistributed(new DenseLayer.Builder().nIn(4).nOut(6).build()),
                    "in")
                .addLayer(
                    "lstm",
                    new LastTimeStep(
                        new MaskZeroLayer(new LSTM.Builder().nIn(6).nOut(5).build(), 0)),
                    "dense")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "lstm")
                .setOutputs("output")
                .setInputTypes(InputType.recurrent(4, 6))
                .build());
    InitialWeights weights = InitialWeights.of(InitConfig.DEFAULT, net);
    assertThat(shape(weights, "dense.W").kind()).isEqualTo(WeightShape.Kind.DENSE);
    assertThat(shape(weights, "lstm.W").kind()).isEqualTo(WeightShape.Kind.MATRIX);
  }

  @Test
  void biasesAndBatchNormsStartAnewWhateverTheConfigurationSays() {
    ComputationGraph net =
        net(
            new NeuralNetConfiguration.Builder()
                .biasInit(0.5)
                .graphBuilder()
                .addInputs("in")
                .addLayer("norm", new BatchNormalization.Builder().gamma(2).beta(3).build(), "in")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "norm")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(4, 4, 3))
                .build());
    assertThat(values(net, "norm", "gamma")).containsOnly(2f);
    start(net, SEED, false, new Kaiming());
    assertThat(values(net, "norm", "gamma")).containsOnly(1f);
    assertThat(values(net, "norm", "beta")).containsOnly(0f);
    assertThat(values(net, "output", "b")).containsOnly(0f);
  }

  private static void fans(WeightShape shape, long in, long out) {
    assertThat(shape.fanIn()).isEqualTo(in);
    assertThat(shape.fanOut()).isEqualTo(out);
  }

  /** Wherever DL4J puts the axis of the outputs. */
  @Test
  void anOrthogonalMatrixStandsTheRightWayInEveryShape() {
    ComputationGraph net = net(zoo());
    start(net, SEED, true, new Orthogonal(Gain.LINEAR, null));
    INDArray conv = view(net, "conv").reshape(6, 18);
    orthogonal(conv.mmul(conv.transpose()));
    INDArray output = view(net, "output");
    orthogonal(output.transpose().mmul(output));
    INDArray up = view(net, "up").permute(1, 0, 2, 3).dup('c').reshape(5, 32);
    orthogonal(up.mmul(up.transpose()));
    INDArray depthwise = view(net, "depthwise").permute(2, 3, 0, 1).dup('c').reshape(12, 9);
    orthogonal(depthwise.transpose().mmul(depthwise));
    INDArray separable = view(net, "separable").reshape(24, 9);
    orthogonal(separable.transpose().mmul(separable));
  }

  private static INDArray view(ComputationGraph net, String vertex) {
    return net.getVertex(vertex).paramTable(false).get("W");
  }

  private static void orthogonal(INDArray product) {
    for (int i = 0; i < product.rows(); i++) {
      for (int j = 0; j < product.columns(); j++) {
        assertThat(product.getDouble(i, j))
            .isCloseTo(i == j ? 1 : 0, org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void whatHasNoFansStaysAsConfiguredAndIsNamed() {
    ComputationGraph net = net(zoo());
    ComputationGraph untouched = net(zoo());
    InitialWeights weights = start(net, SEED, true, new XavierNormal(Gain.LINEAR, null));
    assertThat(weights.asConfigured()).containsExactly("slopes.W", "local.W", "dense.g");
    for (String each : List.of("slopes", "local")) {
      assertThat(values(net, each, "W")).isEqualTo(values(untouched, each, "W"));
    }
    assertThat(values(net, "dense", "g")).containsOnly(1f);
    assertThat(values(net, "dense", "b")).containsOnly(0f);
    assertThat(deviation(net, "up", "W"))
        .isCloseTo(Math.sqrt(2.0 / 52), org.assertj.core.data.Offset.offset(0.05));
  }

  @Test
  void recurrentMatricesHaveTheFansOfTheirShapeAndTheDefaultLeavesThem() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .graphBuilder()
            .addInputs("in")
            .addLayer("lstm", new LastTimeStep(new LSTM.Builder().nOut(5).build()), "in")
            .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "lstm")
            .setOutputs("output")
            .setInputTypes(InputType.recurrent(4, 6))
            .build();
    ComputationGraph net = net(configuration);
    float[] untouched = values(net, "lstm", "RW");
    InitialWeights weights = start(net, SEED, true, new Kaiming());
    assertThat(weights.asConfigured()).containsExactly("lstm.W", "lstm.RW");
    assertThat(values(net, "lstm", "RW")).isEqualTo(untouched);
    fans(shape(weights, "lstm.RW"), 5, 20);
    start(net, SEED, true, new Constant(2), rule("lstm.RW", new Orthogonal(Gain.LINEAR, null)));
    assertThat(values(net, "lstm", "W")).containsOnly(2f);
    INDArray recurrent = net.getVertex("lstm").paramTable(false).get("RW");
    orthogonal(recurrent.mmul(recurrent.transpose()));
  }

  @Test
  void theFirstRuleThatMatchesStartsAParameterAndTheRestStartsByKind() {
    ComputationGraph net = residual();
    InitialWeights weights =
        start(
            net,
            SEED,
            true,
            new Constant(3),
            rule("stage1*", new Constant(1)),
            new InitRule(null, "0..-2", new Constant(2)));
    assertThat(values(net, "stage1_block1_conv1", "W")).containsOnly(1f);
    assertThat(values(net, "stem", "W")).containsOnly(2f);
    assertThat(values(net, "output", "W")).containsOnly(3f);
    assertThat(values(net, "output", "b")).containsOnly(0f);
    assertThat(weights.count(0)).isEqualTo(2);
    assertThat(weights.count(-1)).isEqualTo(1);
    assertThat(weights.asConfigured()).isEmpty();
  }

  @Test
  void aRuleTakesBiasesAndBatchNormsWhereItNamesThem() {
    ComputationGraph net = residual();
    start(
        net,
        SEED,
        true,
        new Kaiming(),
        rule("output.b", new Constant(-4.6)),
        rule("stage3*.gamma", new Constant(0.5)),
        rule("stage2*", new Normal(0, 1)));
    assertThat(values(net, "output", "b")).containsOnly(-4.6f);
    assertThat(values(net, "stage3_block1_conv2_bn", "gamma")).containsOnly(0.5f);
    assertThat(values(net, "stage2_block1_conv2_bn", "gamma")).containsOnly(0f);
    assertThat(values(net, "stage2_block1_conv1_bn", "gamma")).containsOnly(1f);
    assertThat(values(net, "stage2_block1_conv1_bn", "beta")).containsOnly(0f);
    assertThatThrownBy(() -> start(net, SEED, true, new Kaiming(), rule("*.mean", new Constant(1))))
        .hasMessageStartingWith("Invalid init.rules[0]: *.mean takes no parameter");
  }

  @Test
  void aRuleThatCannotStartWhatItTakesIsRefused() {
    ComputationGraph net = net(zoo());
    assertThatThrownBy(
            () ->
                start(
                    net,
                    SEED,
                    true,
                    new Kaiming(),
                    rule("conv*", new Orthogonal(Gain.RELU, null)),
                    rule("slopes*", new XavierUniform(Gain.LINEAR, null))))
        .hasMessage(
            "Invalid init.rules[1]: cannot start slopes.W, of which no fans are known (must be an"
                + " initialiser without fans, such as constant or normal)");
    assertThatThrownBy(() -> start(net, SEED, true, new Kaiming(), rule("stem*", new Constant(1))))
        .hasMessage(
            "Invalid init.rules[0]: stem* takes no parameter (must match one that no rule before it"
                + " takes; the layers are conv, norm, depthwise, separable, ..., local, dense, output)");
  }

  /** A user's own. */
  record Broken() implements Initializer {
    @Override
    public void fill(float[] values, WeightShape shape, RandomGenerator random) {
      values[0] = Float.NaN;
    }
  }

  @Test
  void whatIsNotFiniteIsRefusedByName() {
    assertThatThrownBy(() -> start(residual(), SEED, true, new Broken()))
        .hasMessage("Invalid init.kind: stem.W starts at NaN (must be finite)");
    assertThatThrownBy(
            () -> start(residual(), SEED, true, new Kaiming(), rule("*.b", new Constant(1e39))))
        .hasMessage("Invalid init.rules[0]: output.b starts at Infinity (must be finite)");
  }

  @Test
  void configuredIsWhatDl4jMakesOfTheConfiguration() {
    ComputationGraph net = net(zoo());
    start(net, SEED, true, new Configured());
    assertThat(net.params()).isEqualTo(net(zoo()).params());
    assertThat(values(net, "conv", "b")).containsOnly(0.5f);
  }

  @Test
  void theLastGammaOfAResidualBlockIsZeroWhoeverStartsTheWeights() {
    for (Initializer kind : List.of(new Kaiming(), new Configured(), new Normal(0, 1))) {
      for (boolean zero : new boolean[] {true, false}) {
        ComputationGraph net = residual();
        start(net, SEED, zero, kind);
        for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
          if (slot.kind() == Kind.GAMMA) {
            boolean last = slot.vertex().endsWith("conv2_bn");
            assertThat(values(net, slot)).as(slot.key()).containsOnly(zero && last ? 0 : 1);
          }
        }
      }
    }
  }

  @Test
  void onlySumsEndAResidualBranch() {
    ComputationGraph net =
        net(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv", new ConvolutionLayer.Builder(1, 1).nOut(2).build(), "in")
                .addLayer("norm", new BatchNormalization(), "conv")
                .addVertex(
                    "gate", new ElementWiseVertex(ElementWiseVertex.Op.Product), "norm", "in")
                .addLayer("norm2", new BatchNormalization(), "gate")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm2", "in")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "sum")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(4, 4, 2))
                .build());
    assertThat(ResidualBlocks.lastBatchNorms(net.getConfiguration())).containsExactly("norm2");
  }

  @Test
  void theStartOfAParameterDependsOnTheSeedAndItsNameAlone() {
    ComputationGraph first = residual();
    ComputationGraph second = residual();
    Initializer kind = new KaimingUniform(Fan.IN, Gain.RELU, null);
    start(first, SEED, true, kind);
    start(second, SEED, true, kind, rule("stem*", new Constant(1)));
    String conv = "stage3_block1_conv2";
    assertThat(values(second, conv, "W")).isEqualTo(values(first, conv, "W"));
    assertThat(values(first, "stage3_block1_conv1", "W")).hasSize(64 * 32 * 9);
    start(second, SEED + 1, true, kind);
    assertThat(values(second, conv, "W")).isNotEqualTo(values(first, conv, "W"));
    start(second, SEED, true, kind);
    assertThat(second.params()).isEqualTo(first.params());
  }
}
