package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.dropout.AlphaDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianDropout;
import org.deeplearning4j.nn.conf.dropout.GaussianNoise;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.weightnoise.DropConnect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.learning.config.Sgd;

/** Layers whose class alone does not say what they compute keep their numbers. */
class StatefulLayersTest {
  static Stream<IActivation> activations() {
    return Stream.of(
        new ActivationReLU(),
        new ActivationReLU(0.5, null, null),
        new ActivationReLU(null, 0.3, null),
        new ActivationReLU(null, null, 0.2),
        new ActivationSoftmax(),
        Activation.RRELU.getActivationFunction(),
        Activation.SWISH.getActivationFunction());
  }

  /** What writes over the array that it reads. */
  static Stream<IDropout> noises() {
    return Stream.of(new GaussianNoise(0.5), new GaussianDropout(0.5), new AlphaDropout(0.6));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void ofAConvolution(IActivation activation) {
    agree(graph().addLayer("top", convolution(activation), "in"));
  }

  @ParameterizedTest
  @MethodSource("activations")
  void behindABatchNormAndASum(IActivation activation) {
    GraphBuilder graph = graph().addLayer("a", convolution(identity()), "in");
    graph.addLayer("bn", new BatchNormalization(), "a");
    graph.addLayer("relu", new ActivationLayer(activation), "bn");
    graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "relu");
    agree(graph.addLayer("top", new ActivationLayer(activation), "sum"));
  }

  @ParameterizedTest
  @MethodSource("noises")
  void noiseBehindTheReluOfAConvolution(IDropout noise) {
    agree(
        graph()
            .addLayer("a", convolution(relu()), "in")
            .addLayer("noise", dropout(noise), "a")
            .addLayer("top", convolution(relu()), "noise"));
  }

  @ParameterizedTest
  @MethodSource("noises")
  void noiseOfTheNextLayerBehindAReluOfItsOwn(IDropout noise) {
    GraphBuilder graph = graph().addLayer("a", convolution(identity()), "in");
    graph.addLayer("relu", new ActivationLayer(relu()), "a");
    agree(graph.addLayer("top", noisy(noise), "relu"));
  }

  @ParameterizedTest
  @MethodSource("noises")
  void noiseBehindASumWithRelu(IDropout noise) {
    GraphBuilder graph = graph().addLayer("a", convolution(relu()), "in");
    graph.addLayer("b", convolution(identity()), "a");
    graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b");
    graph.addLayer("relu", new ActivationLayer(relu()), "sum");
    agree(graph.addLayer("top", noisy(noise), "relu"));
  }

  /** DL4J lets the last reader of an array write over it, and the others see that. */
  @ParameterizedTest
  @MethodSource("noises")
  void noiseOnAnArrayThatOthersReadToo(IDropout noise) {
    GraphBuilder graph = graph().addLayer("a", convolution(identity()), "in");
    graph.addLayer("bn", new BatchNormalization(), "a");
    graph.addLayer("pool", pooling(), "a");
    graph.addLayer("b", convolution(identity()), "a");
    graph.addLayer("noise", dropout(noise), "a");
    agree(
        graph.addVertex(
            "top", new ElementWiseVertex(ElementWiseVertex.Op.Add), "bn", "pool", "b", "noise"));
  }

  @Test
  void aFrozenActivationThatWritesOverItsInput() {
    GraphBuilder graph = graph().addLayer("a", convolution(relu()), "in");
    graph.addLayer("b", new BatchNormalization(), "a");
    graph.addLayer(
        "frozen",
        new FrozenLayer(new ActivationLayer(Activation.TANH.getActivationFunction())),
        "a");
    agree(graph.addVertex("top", new ElementWiseVertex(ElementWiseVertex.Op.Add), "b", "frozen"));
  }

  @Test
  void noiseOnWeights() {
    ConvolutionLayer noisy = convolution(relu());
    noisy.setWeightNoise(new DropConnect(0.7));
    agree(graph().addLayer("a", noisy, "in").addLayer("top", convolution(relu()), "a"));
  }

  /** DL4J adds the gradients of an input that several layers read. */
  @Test
  void severalFirstLayers() {
    GraphBuilder graph = graph().addLayer("a", convolution(relu()), "in");
    graph.addLayer("b", convolution(identity()), "in");
    graph.addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b", "in");
    agree(graph.addLayer("top", new ActivationLayer(relu()), "sum"));
  }

  private static GraphBuilder graph() {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .updater(new Sgd(0.2))
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.convolutional(8, 7, 2));
  }

  private static void agree(GraphBuilder graph) {
    Duel.Result result =
        Duel.of(
            graph
                .addLayer("last", convolution(relu()), "top")
                .addLayer(
                    "output",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "last")
                .setOutputs("output")
                .build());
    assertThat(result.refusal()).isNull();
    assertThat(result.moved()).isGreaterThan(1e-2);
    assertThat(result.agrees()).as(result.words()).isTrue();
  }

  private static ConvolutionLayer convolution(IActivation activation) {
    return new ConvolutionLayer.Builder(3, 3)
        .convolutionMode(ConvolutionMode.Same)
        .nOut(2)
        .activation(activation)
        .build();
  }

  private static ConvolutionLayer noisy(IDropout noise) {
    ConvolutionLayer layer = convolution(relu());
    layer.setIDropout(noise);
    return layer;
  }

  private static DropoutLayer dropout(IDropout noise) {
    return new DropoutLayer.Builder().dropOut(noise).build();
  }

  private static SubsamplingLayer pooling() {
    return new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX, new int[] {2, 2})
        .stride(1, 1)
        .convolutionMode(ConvolutionMode.Same)
        .build();
  }

  private static IActivation relu() {
    return new ActivationReLU();
  }

  private static IActivation identity() {
    return Activation.IDENTITY.getActivationFunction();
  }
}
