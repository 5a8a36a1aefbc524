package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.HiddenActivation;
import io.millrace.model.architecture.MobileNetV1;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.ResNet;
import io.millrace.model.architecture.Vgg;
import io.millrace.model.architecture.WideResNet;
import io.millrace.model.layers.Nets.Images;
import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FoldedNormsTest {
  private static final double TOLERANCE = 1e-5;

  private static double[] values(JsonNode array) {
    double[] values = new double[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.get(i).asDouble();
    }
    return values;
  }

  private static void set(ComputationGraph net, String vertex, String name, JsonNode values) {
    INDArray view = net.getVertex(vertex).paramTable(false).get(name);
    view.assign(Nd4j.createFromArray(values(values)).castTo(view.dataType()).reshape(view.shape()));
  }

  private static JsonNode oracle(String name) throws Exception {
    return new ObjectMapper()
        .readTree(FoldedNormsTest.class.getResource("/oracles/bn_folding.json"))
        .get("cases")
        .get(name);
  }

  private static ConvolutionLayer convolution(JsonNode one) {
    int channels = one.get("shape").get(0).asInt();
    ConvolutionLayer.BaseConvBuilder<?> builder =
        one.get("groups").asInt() == 1
            ? new ConvolutionLayer.Builder()
            : new DepthwiseConvolution2D.Builder().depthMultiplier(1);
    builder
        .kernelSize(3, 3)
        .stride(1, 1)
        .padding(1, 1)
        .convolutionMode(ConvolutionMode.Truncate)
        .hasBias(!one.get("bias").isNull())
        .activation(Activation.IDENTITY)
        .nOut(channels);
    return (ConvolutionLayer) builder.build();
  }

  private static BatchNormalization norm(JsonNode one) {
    return new BatchNormalization.Builder()
        .eps(one.get("epsilon").asDouble())
        .useLogStd(false)
        .build();
  }

  /** {@code layer}, its batch norm, and an identity behind it. */
  private static ComputationGraph net(Layer layer, JsonNode one, InputType input) {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .setInputTypes(input)
                .addLayer("layer", layer, "in")
                .addLayer("norm", norm(one), "layer")
                .addLayer("out", new ActivationLayer(Activation.IDENTITY), "norm")
                .setOutputs("out")
                .validateOutputLayerConfig(false)
                .build());
    net.init();
    set(net, "norm", "gamma", one.get("gamma"));
    set(net, "norm", "beta", one.get("beta"));
    set(net, "norm", "mean", one.get("mean"));
    set(net, "norm", "var", one.get("variance"));
    if (!one.get("bias").isNull()) {
      set(net, "layer", "b", one.get("bias"));
    }
    return net;
  }

  private static ComputationGraph folded(ComputationGraph net, FastPath path) {
    FoldedNorms norms = FoldedNorms.of(net.getConfiguration());
    ComputationGraph folded = NativePass.network(norms.configuration(), path).network();
    norms.load(net.params(), ParameterLayout.of(net), folded);
    return folded;
  }

  private static void close(INDArray found, double[] expected) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < expected.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(found.getDouble(i) - expected[i]));
    }
    assertThat(found.length()).isEqualTo(expected.length);
    assertThat(difference / largest).isLessThan(1e-6);
  }

  private static INDArray flat(INDArray array) {
    return array.dup('c').reshape(array.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"conv_without_bias", "conv_with_bias", "conv_eps1e-3", "depthwise"})
  void convolutionsAreTheTables(String name) throws Exception {
    JsonNode one = oracle(name);
    boolean depthwise = one.get("groups").asInt() > 1;
    int channels = one.get("input_shape").get(1).asInt();
    ComputationGraph net = net(convolution(one), one, InputType.convolutional(5, 4, channels));
    INDArray weights = net.getVertex("layer").paramTable(false).get("W");
    INDArray theirs = Nd4j.createFromArray(values(one.get("weight"))).castTo(weights.dataType());
    weights.assign(
        depthwise
            ? theirs.reshape(channels, 1, 3, 3).permute(2, 3, 0, 1)
            : theirs.reshape(weights.shape()));
    INDArray images =
        Nd4j.createFromArray(values(one.get("input_nchw")))
            .castTo(weights.dataType())
            .reshape(1, channels, 5, 4);
    for (FastPath path : FastPath.values()) {
      ComputationGraph folded = folded(net, path);
      assertThat(folded.getVertex("norm")).isNull();
      INDArray found = folded.getVertex("layer").paramTable(false).get("W");
      close(flat(depthwise ? found.permute(2, 3, 0, 1) : found), values(one.get("folded_weight")));
      close(
          flat(folded.getVertex("layer").paramTable(false).get("b")),
          values(one.get("folded_bias")));
      close(flat(folded.outputSingle(images)), values(one.get("output")));
    }
  }

  @Test
  void aDenseLayerIsTheTables() throws Exception {
    JsonNode one = oracle("dense");
    DenseLayer layer = new DenseLayer.Builder().nOut(5).activation(Activation.IDENTITY).build();
    ComputationGraph net = net(layer, one, InputType.feedForward(7));
    INDArray theirs = Nd4j.createFromArray(values(one.get("weight"))).reshape(5, 7);
    net.getVertex("layer").paramTable(false).get("W").assign(theirs.transpose());
    ComputationGraph folded = folded(net, FastPath.FALSE);
    INDArray found = folded.getVertex("layer").paramTable(false).get("W").transpose();
    close(flat(found), values(one.get("folded_weight")));
    close(
        flat(folded.getVertex("layer").paramTable(false).get("b")), values(one.get("folded_bias")));
  }

  static List<Arguments> architectures() {
    HiddenActivation relu = HiddenActivation.RELU;
    return List.of(
        Arguments.of(new CifarResNet(8, 4, Shortcut.PROJECTION, true), 9, 9),
        Arguments.of(new ResNet(50, ResNet.Form.D, 4, true, relu), 55, 55),
        Arguments.of(new MobileNetV1(0.25, HiddenActivation.RELU6), 27, 27),
        Arguments.of(new Vgg(11, true, 4, 8, 0.5, relu), 8, 8),
        Arguments.of(new WideResNet(10, 2, 0.3, relu), 4, 7)); // the others are behind sums
  }

  @ParameterizedTest
  @MethodSource("architectures")
  void outputsOfWholeNetsStay(Architecture architecture, int folded, int norms) throws Exception {
    Images images = new Images(32, 32, 3);
    ComputationGraphConfiguration configuration =
        architecture.configuration(new NetworkPurpose(images.shape(), Nets.CLASSES, Nets.sgd(), 3));
    FoldedNorms found = FoldedNorms.of(configuration);
    assertThat(found.folded()).isEqualTo(folded);
    assertThat(found.norms()).isEqualTo(norms);
    assertThat(found.configuration().toJson()).doesNotContain("millrace");
    ComputationGraph net = random(configuration);
    agree(net, images.random());
  }

  private static void agree(ComputationGraph net, INDArray images) {
    INDArray expected = net.outputSingle(images);
    for (FastPath path : new FastPath[] {FastPath.TRUE, FastPath.FALSE}) {
      ComputationGraph folded = folded(net, path);
      double difference = folded.outputSingle(images).sub(expected).amaxNumber().doubleValue();
      assertThat(difference).isLessThan(TOLERANCE);
      NativeMemory.free(folded);
    }
  }

  private static ComputationGraph random(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(configuration));
    net.init();
    Nd4j.getRandom().setSeed(5);
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray view = FoldedWeights.slice(net.params(), slot);
      switch (slot.kind()) {
        case GAMMA -> view.assign(Nd4j.rand(new long[] {slot.length()}).addi(0.5));
        case VARIANCE -> {
          boolean log = slot.name().equals("log10stdev");
          view.assign(Nd4j.rand(new long[] {slot.length()}).addi(log ? -0.5 : 0.5));
        }
        case BETA, MEAN, BIAS -> view.assign(Nd4j.randn(new long[] {slot.length()}).muli(0.1));
        case WEIGHT, CENTER -> {}
      }
    }
    return net;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void keepsLogDeviationsAndFixedScales(boolean locked) {
    Images images = new Images(7, 9, 3);
    GraphBuilder graph = images.graph();
    BatchNormalization.Builder norm = new BatchNormalization.Builder().useLogStd(true);
    if (locked) {
      norm.lockGammaBeta(true).gamma(0.7).beta(0.1);
    }
    graph.addLayer("first", Nets.convolution(4, 3, 1, true), "in");
    graph.addLayer("norm", norm.build(), "first");
    graph.addLayer("relu", new ActivationLayer(Activation.RELU), "norm");
    ComputationGraph net = random(Nets.flattened(graph, "relu"));
    assertThat(FoldedNorms.of(net.getConfiguration()).folded()).isEqualTo(1);
    agree(net, images.random());
  }

  /** What stands between the layer and its batch norm, or beside it. */
  enum Between {
    ACTIVATION,
    ANOTHER_READER,
    OUTPUT
  }

  @ParameterizedTest
  @EnumSource
  void leavesWhatDoesNotFold(Between between) {
    Images images = new Images(7, 9, 3);
    GraphBuilder graph = images.graph();
    ConvolutionLayer first = Nets.convolution(3, 3, 1, true);
    if (between == Between.ACTIVATION) {
      first.setActivationFn(Activation.RELU.getActivationFunction());
    }
    graph.addLayer("first", first, "in");
    graph.addLayer("norm", new BatchNormalization(), "first");
    List<String> tops = new ArrayList<>(List.of("norm"));
    if (between == Between.ANOTHER_READER) {
      tops.add("first");
    }
    if (between != Between.OUTPUT) {
      graph.addVertex("top", new MergeVertex(), tops.toArray(String[]::new));
    }
    ComputationGraphConfiguration configuration =
        between == Between.OUTPUT
            ? graph.setOutputs("norm").validateOutputLayerConfig(false).build()
            : Nets.flattened(graph, "top");
    assertThat(FoldedNorms.of(configuration).folded()).isZero();
    agree(random(configuration), images.random());
  }
}
