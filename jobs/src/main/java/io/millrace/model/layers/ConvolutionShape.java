package io.millrace.model.layers;

import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;

/**
 * The arithmetic of one convolution.
 *
 * @param input [N, C in, H, W]
 * @param weights [C out, C in, kH, kW]; of a depthwise one [C in, C out / C in, 1, kH, kW]
 * @param output [N, C out, H out, W out]
 * @param bias whether one is added
 */
record ConvolutionShape(long[] input, long[] weights, long[] output, Window window, boolean bias) {

  /** That of a layer for images {@code x} and results {@code y}, both [N, H, W, C]. */
  static ConvolutionShape of(ConvolutionLayer layer, boolean same, long[] x, long[] y) {
    Window window =
        Window.of(
            layer.getKernelSize(),
            layer.getStride(),
            layer.getDilation(),
            same ? null : layer.getPadding(),
            new long[] {x[1], x[2]},
            new long[] {y[1], y[2]});
    long height = window.kernel()[0];
    long width = window.kernel()[1];
    return new ConvolutionShape(
        new long[] {x[0], x[3], x[1], x[2]},
        layer instanceof DepthwiseConvolution2D
            ? new long[] {x[3], y[3] / x[3], 1, height, width}
            : new long[] {y[3], x[3], height, width},
        new long[] {y[0], y[3], y[1], y[2]},
        window,
        layer.hasBias());
  }

  boolean isDepthwise() {
    return weights.length == 5;
  }

  /**
   * The convolution that takes output gradients to input gradients, with filters turned by 180
   * degrees and channels exchanged; for stride 1 only.
   */
  ConvolutionShape transposed() {
    return new ConvolutionShape(
        output,
        new long[] {weights[1], weights[0], weights[2], weights[3]},
        input,
        window.transposed(),
        false);
  }

  /** Whether {@link #transposed} exists. */
  boolean isTransposable() {
    return !isDepthwise() && window.isTransposable();
  }
}
