package io.millrace.model.layers;

import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;

/**
 * The arithmetic of one convolution.
 *
 * @param input [N, C in, H, W]
 * @param weights [C out, C in, kH, kW]
 * @param output [N, C out, H out, W out]
 * @param stride vertical, horizontal
 * @param dilation vertical, horizontal; 1 is none
 * @param before padding above and to the left
 * @param after padding below and to the right
 * @param bias whether one is added
 */
record ConvolutionShape(
    long[] input,
    long[] weights,
    long[] output,
    long[] stride,
    long[] dilation,
    long[] before,
    long[] after,
    boolean bias) {

  /** That of a layer for images {@code x} and results {@code y}, both [N, H, W, C]. */
  static ConvolutionShape of(ConvolutionLayer layer, boolean same, long[] x, long[] y) {
    long[] before = new long[2];
    long[] after = new long[2];
    for (int axis = 0; axis < 2; axis++) {
      long kernel = 1L + (layer.getKernelSize()[axis] - 1L) * layer.getDilation()[axis];
      long needed = (y[axis + 1] - 1) * layer.getStride()[axis] + kernel - x[axis + 1];
      before[axis] = same ? Math.max(0, needed) / 2 : layer.getPadding()[axis];
      after[axis] = needed - before[axis];
    }
    return new ConvolutionShape(
        new long[] {x[0], x[3], x[1], x[2]},
        new long[] {y[3], x[3], layer.getKernelSize()[0], layer.getKernelSize()[1]},
        new long[] {y[0], y[3], y[1], y[2]},
        longs(layer.getStride()),
        longs(layer.getDilation()),
        before,
        after,
        layer.hasBias());
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
        stride,
        dilation,
        new long[] {weights[2] - 1 - before[0], weights[3] - 1 - before[1]},
        new long[] {weights[2] - 1 - after[0], weights[3] - 1 - after[1]},
        false);
  }

  /** Whether {@link #transposed} exists. */
  boolean isTransposable() {
    boolean plain = true;
    for (int axis = 0; axis < 2; axis++) {
      plain &= stride[axis] == 1 && dilation[axis] == 1;
      plain &= before[axis] < weights[axis + 2] && after[axis] < weights[axis + 2];
    }
    return plain;
  }

  private static long[] longs(int[] values) {
    return new long[] {values[0], values[1]};
  }
}
