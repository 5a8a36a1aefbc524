package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ModelConfig.Shortcut;
import io.millrace.model.CifarResNet;
import io.millrace.model.ImageShape;
import io.millrace.model.LinearGraph;
import java.util.List;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class NativePassTest {
  private static final int CLASSES = 5;

  @ParameterizedTest
  @EnumSource(Shortcut.class)
  void residualNetsKeepTheirNumbers(Shortcut shortcut) {
    agree(
        new CifarResNet(8, 4, shortcut).configuration(shape(12, 10, 3), CLASSES, sgd(), 3),
        12,
        10,
        3);
  }

  @Test
  void everyLayerOfAResidualNetButTheHeadRunsNatively() {
    AcceleratedNetwork net =
        NativePass.accelerate(
            new CifarResNet(8, 4, Shortcut.PROJECTION)
                .configuration(shape(12, 10, 3), CLASSES, sgd(), 3));
    List<String> stock =
        net.paths().stream().filter(LayerPath::isStock).map(LayerPath::vertex).toList();
    assertThat(stock).containsExactly("pool", "output");
    assertThat(net.summary())
        .isEqualTo(
            "7 fused relu, 3 native add + relu, 5 native batch norm, 4 native batch norm + relu,"
                + " 9 native convolution, 2 stock");
  }

  @ParameterizedTest
  @CsvSource({
    "3, 3, 1, 1, 1, Truncate, true, IDENTITY",
    "3, 3, 2, 1, 1, Truncate, false, RELU",
    "1, 1, 2, 0, 1, Truncate, true, TANH",
    "3, 2, 2, 0, 1, Same, false, IDENTITY",
    "5, 3, 1, 0, 1, Same, true, RELU",
    "2, 2, 1, 0, 1, Strict, true, SIGMOID",
    "3, 3, 1, 2, 2, Truncate, true, IDENTITY",
    "3, 3, 1, 0, 2, Same, false, RELU",
    "7, 7, 2, 3, 1, Truncate, false, IDENTITY"
  })
  void convolutionsKeepTheirNumbers(
      int kernelHeight,
      int kernelWidth,
      int stride,
      int padding,
      int dilation,
      ConvolutionMode mode,
      boolean bias,
      Activation activation) {
    GraphBuilder graph = graph(9, 11, 3);
    graph.addLayer("first", convolution(4, 3, 1, 1, mode(mode), true), "in");
    graph.addLayer(
        "second",
        new ConvolutionLayer.Builder(kernelHeight, kernelWidth)
            .stride(stride, stride)
            .padding(unlessSame(mode, padding))
            .dilation(dilation, dilation)
            .convolutionMode(mode)
            .hasBias(bias)
            .activation(activation)
            .nOut(6)
            .build(),
        "first");
    agree(flattened(graph, "second"), 9, 11, 3);
  }

  @Test
  void stacksOfConvolutionFlattenDenseKeepTheOrderOfTheFeatures() {
    ComputationGraphConfiguration configuration =
        LinearGraph.of(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(sgd())
                .list()
                .layer(convolution(4, 3, 1, 1, ConvolutionMode.Truncate, true))
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                        .kernelSize(2, 2)
                        .stride(2, 2)
                        .build())
                .layer(new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build())
                .layer(output())
                .setInputType(InputType.convolutional(8, 6, 3))
                .build());
    agree(configuration, 8, 6, 3);
  }

  /** DL4J refuses these sums where it knows the shapes, and adds them where it does not. */
  @Test
  void sumsThatBroadcastKeepTheirNumbers() {
    ConvolutionLayer wide = convolution(4, 3, 1, 1, ConvolutionMode.Truncate, true);
    wide.setNIn(2);
    ConvolutionLayer narrow = convolution(1, 3, 1, 1, ConvolutionMode.Truncate, true);
    narrow.setNIn(2);
    OutputLayer output = output();
    output.setNIn(4);
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .updater(sgd())
            .graphBuilder()
            .addInputs("in")
            .addLayer("wide", wide, "in")
            .addLayer("narrow", narrow, "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "wide", "narrow")
            .addLayer("relu", new ActivationLayer(Activation.RELU), "sum")
            .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu")
            .addLayer("output", output, "pool")
            .setOutputs("output")
            .build();
    agree(configuration, 7, 9, 2);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void randomBranchingNetsKeepTheirNumbers(long seed) {
    Random random = new Random(seed);
    GraphBuilder graph = graph(7, 9, 2);
    String top = "in";
    for (int i = 0; i < 5; i++) {
      top = randomBlock(graph, "b" + i, top, i == 0 ? 0 : random.nextInt(5), random);
    }
    agree(flattened(graph, top), 7, 9, 2);
  }

  private static String randomBlock(
      GraphBuilder graph, String name, String in, int kind, Random random) {
    switch (kind) {
      case 0 -> {
        int kernel = 1 + 2 * random.nextInt(2);
        graph.addLayer(
            name, convolution(4, kernel, 1, kernel / 2, ConvolutionMode.Truncate, true), in);
      }
      case 1 ->
          graph.addLayer(
              name, new BatchNormalization.Builder().useLogStd(random.nextBoolean()).build(), in);
      case 2 ->
          graph.addLayer(
              name,
              new ActivationLayer(random.nextBoolean() ? Activation.RELU : Activation.ELU),
              in);
      case 3 -> {
        graph.addLayer(name + "_left", convolution(4, 3, 1, 1, ConvolutionMode.Same, false), in);
        graph.addLayer(name + "_left_bn", new BatchNormalization(), name + "_left");
        graph.addLayer(name + "_right", convolution(4, 1, 1, 0, ConvolutionMode.Same, true), in);
        graph.addVertex(
            name + "_add",
            new ElementWiseVertex(ElementWiseVertex.Op.Add),
            name + "_left_bn",
            name + "_right",
            in);
        graph.addLayer(name, new ActivationLayer(Activation.RELU), name + "_add");
      }
      default -> {
        graph.addLayer(
            name + "_bn",
            new BatchNormalization.Builder().lockGammaBeta(true).gamma(0.7).beta(0.1).build(),
            in);
        graph.addLayer(name + "_relu", new ActivationLayer(Activation.RELU), name + "_bn");
        graph.addVertex(
            name, new ElementWiseVertex(ElementWiseVertex.Op.Add), name + "_bn", name + "_relu");
      }
    }
    return name;
  }

  private static void agree(
      ComputationGraphConfiguration conf, int height, int width, int channels) {
    Nd4j.getRandom().setSeed(11);
    int n = 6;
    INDArray labels = Nd4j.zeros(n, CLASSES);
    for (int i = 0; i < n; i++) {
      labels.putScalar(i, i % CLASSES, 1);
    }
    Twins twins = new Twins(conf);
    assertThat(twins.paths).anyMatch(path -> !path.isStock());
    twins.agree(Nd4j.randn(new long[] {n, channels, height, width}), labels);
  }

  private static ConvolutionMode mode(ConvolutionMode mode) {
    return mode == ConvolutionMode.Strict ? ConvolutionMode.Truncate : mode;
  }

  private static int[] unlessSame(ConvolutionMode mode, int padding) {
    int used = mode == ConvolutionMode.Same ? 0 : padding;
    return new int[] {used, used};
  }

  private static ConvolutionLayer convolution(
      int channels, int kernel, int stride, int padding, ConvolutionMode mode, boolean bias) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .padding(unlessSame(mode, padding))
        .convolutionMode(mode)
        .hasBias(bias)
        .activation(Activation.IDENTITY)
        .nOut(channels)
        .build();
  }

  private static GraphBuilder graph(int height, int width, int channels) {
    return new NeuralNetConfiguration.Builder()
        .seed(4)
        .updater(sgd())
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(InputType.convolutional(height, width, channels));
  }

  private static ComputationGraphConfiguration flattened(GraphBuilder graph, String top) {
    return graph
        .addLayer(
            "dense", new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build(), top)
        .addLayer("output", output(), "dense")
        .setOutputs("output")
        .build();
  }

  private static OutputLayer output() {
    return new OutputLayer.Builder(LossFunction.MCXENT)
        .nOut(CLASSES)
        .activation(Activation.SOFTMAX)
        .build();
  }

  private static Sgd sgd() {
    return new Sgd(0.1);
  }

  private static ImageShape shape(int height, int width, int channels) {
    return new ImageShape(height, width, channels);
  }
}
