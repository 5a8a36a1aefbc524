package io.millrace.model.layers;

import io.millrace.model.layers.Nets.Images;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.activations.Activation;

class NativePoolingTest {
  private static final Images IMAGES = new Images(9, 11, 3);

  /** Behind a ReLU, so that windows of zeros alone, all of them the largest, occur. */
  @ParameterizedTest
  @CsvSource({
    "MAX, 2, 2, 2, 0, 1, Truncate, false, NCHW",
    "MAX, 3, 3, 2, 1, 1, Truncate, false, NCHW",
    "MAX, 3, 2, 2, 0, 1, Same, false, NCHW",
    "MAX, 1, 1, 2, 0, 1, Truncate, false, NCHW",
    "MAX, 3, 3, 1, 0, 1, Strict, false, NCHW",
    "MAX, 2, 3, 1, 0, 2, Truncate, false, NCHW",
    "MAX, 2, 2, 1, 0, 2, Same, false, NCHW",
    "AVG, 2, 2, 2, 1, 2, Truncate, true, NHWC",
    "MAX, 3, 2, 2, 1, 1, Truncate, false, NHWC",
    "AVG, 2, 2, 2, 0, 1, Truncate, false, NCHW",
    "AVG, 3, 3, 2, 1, 1, Truncate, false, NCHW",
    "AVG, 3, 3, 2, 1, 1, Truncate, true, NCHW",
    "AVG, 3, 3, 2, 0, 1, Same, false, NCHW",
    "AVG, 3, 2, 2, 0, 1, Same, true, NCHW",
    "AVG, 3, 3, 1, 0, 1, Strict, true, NCHW",
    "AVG, 3, 2, 2, 1, 1, Truncate, false, NHWC"
  })
  void keepsItsNumbers(
      PoolingType type,
      int height,
      int width,
      int stride,
      int padding,
      int dilation,
      ConvolutionMode mode,
      boolean divideByPadding,
      CNN2DFormat format) {
    Images images = IMAGES.in(format);
    SubsamplingLayer pooling =
        new SubsamplingLayer.Builder(type, new int[] {height, width})
            .stride(stride, stride)
            .padding(Nets.unlessSame(mode, padding))
            .dilation(dilation, dilation)
            .convolutionMode(mode)
            .avgPoolIncludePadInDivisor(divideByPadding)
            .build();
    GraphBuilder graph = stem(images).addLayer("pool", pooling, "relu");
    ComputationGraphConfiguration net = Nets.flattened(graph, "pool");
    if (dilation == 1) {
      images.agree(net, "DenseLayer", "OutputLayer");
    } else {
      images.agree(net, "SubsamplingLayer", "DenseLayer", "OutputLayer");
    }
  }

  @ParameterizedTest
  @CsvSource({"MAX, NCHW", "AVG, NCHW", "MAX, NHWC", "AVG, NHWC"})
  void globalOneKeepsItsNumbers(PoolingType type, CNN2DFormat format) {
    Images images = IMAGES.in(format);
    GraphBuilder graph = stem(images).addLayer("pool", new GlobalPoolingLayer(type), "relu");
    graph.addLayer("output", Nets.output(), "pool").setOutputs("output");
    images.agree(graph.build(), "OutputLayer");
  }

  @ParameterizedTest
  @CsvSource({"SUM, GlobalPoolingLayer", "PNORM, GlobalPoolingLayer"})
  void otherKindsStayStockAndSay(PoolingType type, String stock) {
    GraphBuilder graph = stem(IMAGES);
    graph.addLayer(
        "local",
        new SubsamplingLayer.Builder(PoolingType.PNORM, new int[] {2, 2}).pnorm(2).build(),
        "relu");
    graph.addLayer("pool", new GlobalPoolingLayer(type), "local");
    graph.addLayer("output", Nets.output(), "pool").setOutputs("output");
    IMAGES.agree(graph.build(), "SubsamplingLayer", stock, "OutputLayer");
  }

  private static GraphBuilder stem(Images images) {
    return images
        .graph()
        .addLayer("first", Nets.convolution(4, 3, 1, true), "in")
        .addLayer("relu", new ActivationLayer(Activation.RELU), "first");
  }
}
