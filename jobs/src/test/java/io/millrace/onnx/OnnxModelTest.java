package io.millrace.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.ChoiceSamples;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ParameterSlot;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.HiddenActivation;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.ResNet;
import io.millrace.wire.WeightVector;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.TensorProto;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.learning.config.Sgd;

class OnnxModelTest {
  private static final ImageShape IMAGES = new ImageShape(32, 32, 3);

  private static final Map<String, String> NARROW =
      Map.of("width", "4", "widen", "1", "dense", "8", "widthMultiplier", "0.25");

  static List<Architecture> ours() {
    return ChoiceSamples.of(Architecture.class, NARROW).stream()
        .filter(each -> each.foreignKey().isEmpty())
        .toList();
  }

  private static ModelProto exported(WeightedNet net, boolean folds) throws Exception {
    ModelProto model = OnnxModel.of(net.configuration(), net.parameters(), net.card(), folds);
    return ModelProto.parseFrom(model.toByteArray());
  }

  private static WeightedNet of(Architecture one) throws Exception {
    return WeightedNet.of(
        one.configuration(new NetworkPurpose(IMAGES, 7, new Sgd(1), 1)), IMAGES, 7);
  }

  /** Every tensor is made before it is read, and once, and nothing is made for nobody. */
  private static void requireWhole(GraphProto graph) {
    Set<String> made = new HashSet<>();
    Set<String> read = new HashSet<>();
    graph.getInputList().forEach(each -> assertThat(made.add(each.getName())).isTrue());
    graph.getInitializerList().forEach(each -> assertThat(made.add(each.getName())).isTrue());
    for (NodeProto node : graph.getNodeList()) {
      assertThat(made).as(node.getName()).containsAll(node.getInputList());
      read.addAll(node.getInputList());
      node.getOutputList().forEach(each -> assertThat(made.add(each)).as(each).isTrue());
    }
    graph.getOutputList().forEach(each -> read.add(each.getName()));
    assertThat(read).isEqualTo(made);
  }

  private static float[] floats(TensorProto tensor) {
    var bytes = tensor.getRawData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    float[] values = new float[bytes.remaining() / Float.BYTES];
    bytes.asFloatBuffer().get(values);
    return values;
  }

  @ParameterizedTest
  @MethodSource("ours")
  void aNetworkOfOursIsWrittenWithEachOfItsWeightsByValue(Architecture one) throws Exception {
    WeightedNet net = of(one);
    GraphProto graph = exported(net, false).getGraph();
    requireWhole(graph);
    Map<String, TensorProto> weights = new HashMap<>();
    graph.getInitializerList().forEach(each -> weights.put(each.getName(), each));
    for (ParameterSlot slot : net.slots()) {
      TensorProto written = weights.get(slot.key());
      var ours = net.parameter(slot);
      boolean depthwise = slot.vertex().endsWith("_dw") && slot.name().equals("W");
      float[] values = Place.values(depthwise ? ours.permute(2, 3, 0, 1) : ours);
      assertThat(floats(written)).as(slot.key()).isEqualTo(values);
      long dimensions = written.getDimsList().stream().reduce(1L, (a, b) -> a * b);
      assertThat(dimensions).isEqualTo(slot.length());
    }
    assertThat(graph.getOutput(0).getName()).isEqualTo("logits");
    assertThat(graph.getOutput(1).getName()).isEqualTo("probabilities");
    requireWhole(exported(net, true).getGraph());
  }

  @Test
  void channelsOfZerosInAShortcutAreWritten() throws Exception {
    GraphProto graph =
        exported(
                of(
                    new CifarResNet(
                        8, 4, CifarResNet.Shortcut.IDENTITY, true, HiddenActivation.RELU)),
                true)
            .getGraph();
    requireWhole(graph);
    assertThat(operators(graph)).containsEntry("Mul", 2L).containsEntry("Concat", 2L);
    var factors =
        graph.getInitializerList().stream()
            .filter(each -> each.getName().endsWith("_zeros_factor"))
            .toList();
    assertThat(factors).hasSize(2).allMatch(each -> floats(each)[0] == 0);
  }

  private static Map<String, Long> operators(GraphProto graph) {
    return graph.getNodeList().stream()
        .collect(Collectors.groupingBy(NodeProto::getOpType, TreeMap::new, Collectors.counting()));
  }

  @Test
  void foldedNormsAreInTheConvolutions() throws Exception {
    WeightedNet net = of(new ResNet(18, ResNet.Form.B, 4, true, HiddenActivation.RELU));
    Map<String, Long> rest =
        Map.of(
            "MaxPool",
            1L,
            "GlobalAveragePool",
            1L,
            "Flatten",
            1L,
            "Gemm",
            1L,
            "Sum",
            8L,
            "Relu",
            17L,
            "Identity",
            1L,
            "Softmax",
            1L);
    Map<String, Long> plain = new TreeMap<>(rest);
    plain.put("Conv", 20L);
    Map<String, Long> normed = new TreeMap<>(plain);
    normed.put("BatchNormalization", 20L);
    assertThat(operators(exported(net, false).getGraph())).isEqualTo(normed);
    GraphProto folded = exported(net, true).getGraph();
    assertThat(operators(folded)).isEqualTo(plain);
    NodeProto stem = folded.getNode(0);
    assertThat(stem.getInputList()).containsExactly("images", "stem.W", "stem.b");
    Map<String, List<Long>> attributes = new HashMap<>();
    stem.getAttributeList().forEach(each -> attributes.put(each.getName(), each.getIntsList()));
    assertThat(attributes.get("kernel_shape")).containsExactly(7L, 7L);
    assertThat(attributes.get("strides")).containsExactly(2L, 2L);
    assertThat(attributes.get("pads")).containsExactly(3L, 3L, 3L, 3L);
  }

  @Test
  void theMetadataSayWhatAnImageBecomesAndWhatTheOutputsAre() throws Exception {
    WeightedNet net = of(new ResNet(18, ResNet.Form.B, 4, true, HiddenActivation.RELU));
    ModelProto model = exported(net, true);
    Map<String, String> said = new HashMap<>();
    model.getMetadataPropsList().forEach(each -> said.put(each.getKey(), each.getValue()));
    var classes = new ObjectMapper().readTree(said.get("classes"));
    assertThat(classes.get(2).asText()).isEqualTo("class \"2\"");
    assertThat(said)
        .containsEntry("mean", "[0.5,0.5,0.5]")
        .containsEntry("deviation", "[0.5,0.5,0.5]")
        .containsEntry("channel_order", "RGB")
        .containsEntry("layout", "NCHW")
        .containsEntry("height", "32")
        .containsEntry("crop_share", "0.875");
    assertThat(ModelCard.parse(said.get("millrace").getBytes(StandardCharsets.UTF_8)))
        .isEqualTo(net.card());
    var batch = model.getGraph().getInput(0).getType().getTensorType().getShape();
    assertThat(batch.getDim(0).getDimParam()).isEqualTo("batch");
    assertThat(batch.getDim(1).getDimValue()).isEqualTo(3);
    assertThat(model.getOpsetImport(0).getVersion()).isEqualTo(13);
  }

  private static ConvolutionLayer.Builder convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(2).activation(Activation.RELU);
  }

  private static void refused(Layer layer, String reason) {
    refused(graph -> graph.addLayer("one", layer, "in"), reason);
  }

  private static void refused(Consumer<GraphBuilder> one, String reason) {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(32, 32, 3));
    one.accept(graph);
    graph.addLayer(
        "out", new OutputLayer.Builder().nOut(7).activation(Activation.SOFTMAX).build(), "one");
    WeightedNet net = WeightedNet.of(graph.setOutputs("out").build(), IMAGES, 7);
    assertThatThrownBy(() -> exported(net, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot export layer one as ONNX: " + reason);
  }

  @Test
  void whatTheOperatorsDoNotMeanIsRefusedByName() {
    refused(new LocalResponseNormalization(), "it is a LocalResponseNormalization");
    refused(
        graph -> graph.addVertex("one", new L2NormalizeVertex(), "in"),
        "it is a L2NormalizeVertex");
    refused(
        convolution().activation(Activation.RRELU).build(),
        "its activationFn is rrelu(l=0.125, u=0.3333333333333333)");
    refused(
        convolution().weightNoise(new DropConnect(0.5)).build(),
        "its weightNoise is DropConnect(weightRetainProb=0.5, weightRetainProbSchedule=null, applyToBiases=false)");
    refused(
        new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.PNORM)
            .pnorm(2)
            .kernelSize(2, 2)
            .build(),
        "its poolingType is PNORM");
    refused(
        new SubsamplingLayer.Builder().kernelSize(2, 2).dilation(2, 2).build(),
        "its dilation is [2, 2]");
    refused(new GlobalPoolingLayer.Builder(PoolingType.SUM).build(), "its poolingType is SUM");
    refused(
        new DenseLayer.Builder().nOut(4).hasLayerNorm(true).build(), "its hasLayerNorm is true");
    refused(
        new ActivationLayer(new ActivationGELU(true)), "its activationFn is gelu(precise=true)");
    refused(new ActivationLayer(new ActivationReLU(2.0, 0.0, 0.0)), "its activationFn is relu");
  }

  @Test
  void channelsBehindPixelsAreRefused() {
    GraphBuilder graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(32, 32, 3, CNN2DFormat.NHWC))
            .addLayer("one", convolution().dataFormat(CNN2DFormat.NHWC).build(), "in")
            .addLayer(
                "out",
                new OutputLayer.Builder().nOut(7).activation(Activation.SOFTMAX).build(),
                "one");
    WeightedNet net = WeightedNet.of(graph.setOutputs("out").build(), IMAGES, 7);
    assertThatThrownBy(() -> exported(net, false))
        .hasMessage("Cannot export layer one as ONNX: its cnn2dDataFormat is NHWC");
  }

  @Test
  void modeSamePadsTheSmallerHalfBefore() {
    Borders odd =
        new Borders(
            new int[] {2, 5}, new int[] {2, 1}, new int[2], new int[] {1, 2}, ConvolutionMode.Same);
    assertThat(odd.attributes(new long[] {7, 9}).get(3).getIntsList())
        .containsExactly(0L, 4L, 1L, 4L);
    Borders rest =
        new Borders(
            new int[] {1, 3},
            new int[] {4, 2},
            new int[] {9, 9},
            new int[] {1, 1},
            ConvolutionMode.Same);
    assertThat(rest.attributes(new long[] {6, 4}).get(3).getIntsList())
        .containsExactly(0L, 0L, 0L, 1L);
  }

  @Test
  void anotherNumberOfWeightsIsRefused() throws Exception {
    WeightedNet net = of(new ResNet(18, ResNet.Form.B, 4, true, HiddenActivation.RELU));
    ComputationGraphConfiguration network = net.configuration();
    assertThatThrownBy(() -> OnnxModel.of(network, WeightVector.of(1, 2), net.card(), false))
        .hasMessage(
            "Cannot use 2 parameters (must be the %,d of the network)", net.net().numParams());
  }
}
