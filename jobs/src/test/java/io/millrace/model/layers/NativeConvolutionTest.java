package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.layers.ConvolutionKernel.Filters;
import io.millrace.model.layers.Nets.Images;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

class NativeConvolutionTest {
  private static final Images IMAGES = new Images(9, 11, 3);

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
    "3, 2, 2, 1, 3, Truncate, true, RELU",
    "2, 3, 2, 0, 2, Same, true, IDENTITY",
    "7, 7, 2, 3, 1, Truncate, false, IDENTITY"
  })
  void keepTheirNumbers(
      int kernelHeight,
      int kernelWidth,
      int stride,
      int padding,
      int dilation,
      ConvolutionMode mode,
      boolean bias,
      Activation activation) {
    GraphBuilder graph = IMAGES.graph().addLayer("first", Nets.convolution(4, 3, 1, true), "in");
    graph.addLayer(
        "second",
        new ConvolutionLayer.Builder(kernelHeight, kernelWidth)
            .stride(stride, stride)
            .padding(Nets.unlessSame(mode, padding))
            .dilation(dilation, dilation)
            .convolutionMode(mode)
            .hasBias(bias)
            .activation(activation)
            .nOut(6)
            .build(),
        "first");
    IMAGES.agree(Nets.flattened(graph, "second"), "DenseLayer", "OutputLayer");
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, Truncate, true, NCHW",
    "1, 2, 1, Truncate, false, NCHW",
    "3, 1, 1, Same, true, NCHW",
    "2, 2, 0, Same, true, NCHW",
    "2, 1, 1, Truncate, true, NHWC"
  })
  void depthwiseOnesKeepTheirNumbers(
      int multiplier,
      int stride,
      int padding,
      ConvolutionMode mode,
      boolean bias,
      CNN2DFormat format) {
    Images images = IMAGES.in(format);
    GraphBuilder graph = images.graph().addLayer("first", Nets.convolution(4, 3, 1, true), "in");
    graph.addLayer(
        "second",
        new DepthwiseConvolution2D.Builder(3, 2)
            .depthMultiplier(multiplier)
            .stride(stride, stride)
            .padding(Nets.unlessSame(mode, padding))
            .convolutionMode(mode)
            .hasBias(bias)
            .activation(Activation.RELU)
            .build(),
        "first");
    images.agree(Nets.flattened(graph, "second"), "DenseLayer", "OutputLayer");
  }

  /** DL4J's own dilated depthwise layer fails, so here stands a full one with zeros between. */
  @Test
  void dilatedDepthwiseOnesAreFullOnesWithoutCrossTerms() {
    int channels = 4;
    Window window =
        Window.of(
            new int[] {3, 2},
            new int[] {1, 2},
            new int[] {2, 3},
            new int[] {2, 1},
            new long[] {9, 11},
            new long[] {9, 5});
    ConvolutionKernel thin = kernel(new long[] {channels, 1, 1, 3, 2}, window);
    ConvolutionKernel full = kernel(new long[] {channels, channels, 3, 2}, window);
    INDArray weights = Nd4j.randn(new long[] {3, 2, channels, 1});
    INDArray spread = Nd4j.zeros(channels, channels, 3, 2);
    for (int c = 0; c < channels; c++) {
      diagonal(spread, c).assign(taps(weights, c));
    }
    INDArray x = Nd4j.randn(new long[] {2, 9, 11, channels});
    INDArray found = Nd4j.create(2, 9, 5, channels);
    INDArray expected = found.like();
    thin.forward(x, new Filters(weights, null), found);
    full.forward(x, new Filters(spread, null), expected);
    Twins.close(found, expected, 0, "output");
    INDArray dx = x.like();
    INDArray expectedDx = x.like();
    INDArray dw = weights.like();
    INDArray expectedDw = spread.like();
    thin.backward(x, new Filters(weights, null), found, dx, new Filters(dw, null));
    full.backward(x, new Filters(spread, null), found, expectedDx, new Filters(expectedDw, null));
    Twins.close(dx, expectedDx, 0, "gradient of the input");
    for (int c = 0; c < channels; c++) {
      Twins.close(taps(dw, c), diagonal(expectedDw, c), 0, "gradient of channel " + c);
    }
  }

  private static ConvolutionKernel kernel(long[] weights, Window window) {
    return new OneDnnConvolution(
        new ConvolutionShape(
            new long[] {2, 4, 9, 11}, weights, new long[] {2, 4, 9, 5}, window, false));
  }

  private static INDArray diagonal(INDArray weights, int channel) {
    return weights.get(
        NDArrayIndex.point(channel),
        NDArrayIndex.point(channel),
        NDArrayIndex.all(),
        NDArrayIndex.all());
  }

  private static INDArray taps(INDArray weights, int channel) {
    return weights.get(
        NDArrayIndex.all(), NDArrayIndex.all(), NDArrayIndex.point(channel), NDArrayIndex.point(0));
  }

  @Test
  void separableOnesStayStockAndSay() {
    GraphBuilder graph = IMAGES.graph().addLayer("first", Nets.convolution(4, 3, 1, true), "in");
    graph.addLayer("second", new SeparableConvolution2D.Builder(3, 3).nOut(5).build(), "first");
    IMAGES.agree(
        Nets.flattened(graph, "second"), "SeparableConvolution2D", "DenseLayer", "OutputLayer");
  }

  /** Images of more sizes than kernels are kept for, twice over. */
  @Test
  void serveImagesOfAnySize() {
    GraphBuilder graph = IMAGES.graph();
    graph.addLayer("first", Nets.convolution(4, 3, 1, true), "in");
    graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "first");
    graph.addLayer("output", Nets.output(), "pool").setOutputs("output");
    Twins twins = new Twins(graph.build());
    for (int i = 0; i < 2 * KernelsByShape.KEPT + 4; i++) {
      INDArray images = Nd4j.randn(new long[] {2, 3, 4 + i % (KernelsByShape.KEPT + 2), 5});
      Twins.close(output(twins.fast, images), output(twins.stock, images), 0, "output");
    }
    assertThat(twins.paths).filteredOn(LayerPath::isStock).hasSize(1);
  }

  private static INDArray output(ComputationGraph net, INDArray images) {
    return net.outputSingle(images);
  }
}
