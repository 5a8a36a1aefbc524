package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ImageShape;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.FastPath;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class GivenNetworkTest {
  private static final ImageShape SHAPE = new ImageShape(8, 8, 1);
  private static final IUpdater UPDATER = new Nesterovs(0.1, 0.9);
  private static final InputType IMAGES = InputType.convolutional(8, 8, 1);

  private static NeuralNetConfiguration.Builder builder() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .updater(new Adam(0.01))
        .biasUpdater(new Adam(0.02));
  }

  private static ConvolutionLayer convolution() {
    return new ConvolutionLayer.Builder(3, 3).nOut(4).activation(Activation.RELU).build();
  }

  private static Layer norm() {
    return new BatchNormalization.Builder().useLogStd(false).build();
  }

  private static DenseLayer dense() {
    return new DenseLayer.Builder().nOut(5).activation(Activation.TANH).build();
  }

  private static OutputLayer output(int classes) {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(classes)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static String stack(
      NeuralNetConfiguration.Builder builder, InputType input, Layer... layers) {
    var list = builder.list();
    for (Layer layer : layers) {
      list.layer(layer);
    }
    return list.setInputType(input).build().toJson();
  }

  private static ComputationGraphConfiguration prepared(String json, FastPath path) {
    return new GivenNetwork("model.configuration", "net.json", SHAPE, 3)
        .prepared(NetworkJson.read(json), UPDATER, path);
  }

  private static void refused(String why, String json) {
    assertThatThrownBy(() -> prepared(json, FastPath.TRUE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid model.configuration: net.json (must be a network for images of 8 x 8 x 1 and"
                + " 3 classes): "
                + why);
  }

  @ParameterizedTest
  @EnumSource
  void whatWantsFlatInputIsGivenItsPreprocessor(FastPath path) {
    var flat = InputType.convolutionalFlat(8, 8, 1);
    var network = prepared(stack(builder(), flat, dense(), output(3)), path);
    assertThat(((LayerVertex) network.getVertices().get("0")).getPreProcessor())
        .isEqualTo(new CnnToFeedForwardPreProcessor(8, 8, 1));
    prepared(stack(builder(), flat, convolution(), output(3)), path);
  }

  @Test
  void theUpdaterIsTheOneGivenForBiasesToo() {
    String json = stack(builder(), IMAGES, new FrozenLayer(dense()), dense(), output(3));
    ComputationGraph net = new ComputationGraph(prepared(json, FastPath.TRUE));
    net.init();
    ParameterLayout.of(net).slots().stream()
        .filter(slot -> !slot.frozen())
        .forEach(
            slot ->
                assertThat(net.getVertex(slot.vertex()).getConfig().getUpdaterByParam(slot.name()))
                    .as(slot.toString())
                    .isEqualTo(UPDATER));
    assertThat(prepared(json, FastPath.TRUE).toJson())
        .isEqualTo(prepared(json, FastPath.FALSE).toJson());
  }

  @ParameterizedTest
  @EnumSource
  void aFrozenBottomBelowABatchNormIsServed(FastPath path) {
    prepared(stack(builder(), IMAGES, new FrozenLayer(convolution()), norm(), output(3)), path);
  }

  @Test
  void whatNoGradientReachesIsRefusedByLayer() {
    refused(
        "Cannot train a network where no gradient reaches layer 1: all above it is frozen (freeze"
            + " it too)",
        stack(
            builder(),
            IMAGES,
            new FrozenLayer(convolution()),
            norm(),
            new FrozenLayer(convolution()),
            output(3)));
  }

  @Test
  void whatDoesNotGoWithTheImagesIsRefused() {
    refused(
        "Labels and preOutput must have equal shapes: got shapes [2, 3] vs [2, 4]",
        stack(builder(), IMAGES, dense(), output(4)));
    refused(
        "Invalid input: Got CNN input type with (d,w,h)=(1,8,8) but expected (1,9,9)",
        stack(builder(), InputType.convolutionalFlat(9, 9, 1), convolution(), output(3)));
    String otherChannels =
        stack(builder(), InputType.convolutional(8, 8, 3), convolution(), output(3));
    String channelsLast =
        stack(
            builder(),
            InputType.convolutional(8, 8, 1, CNN2DFormat.NHWC),
            new ConvolutionLayer.Builder(3, 3).nOut(4).dataFormat(CNN2DFormat.NHWC).build(),
            output(3));
    for (String json : new String[] {otherChannels, channelsLast}) {
      for (FastPath path : FastPath.values()) {
        assertThatThrownBy(() -> prepared(json, path))
            .hasMessageStartingWith("Invalid model.configuration: net.json (must be");
      }
    }
  }

  @Test
  void typesAndOutputsThatAreNotServedAreRefused() {
    for (DataType type : new DataType[] {DataType.HALF, DataType.DOUBLE}) {
      refused(
          "Cannot train a network of data type " + type + " (must be FLOAT)",
          stack(builder().dataType(type), IMAGES, convolution(), output(3)));
    }
    refused(
        "Cannot train a network with 2 outputs, a, b (must have one, as a DataSet has)",
        builder()
            .graphBuilder()
            .addInputs("in")
            .addLayer("conv", convolution(), "in")
            .addLayer("a", output(3), "conv")
            .addLayer("b", output(3), "conv")
            .setOutputs("a", "b")
            .setInputTypes(IMAGES)
            .build()
            .toJson());
  }

  @Test
  void itsOwnTrainingRulesAreRefused() {
    refused(
        "Cannot train by a recipe: layer 0 asks for L2Regularization(l2=FixedSchedule(value=0.01))"
            + " of its W (take that out of the configuration, or let the network's own updater"
            + " train it)",
        stack(builder().l2(0.01), IMAGES, dense(), output(3)));
  }
}
