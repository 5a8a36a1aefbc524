package io.millrace.model.layers;

/**
 * How a kernel moves over an image; each array is vertical, horizontal.
 *
 * @param dilation distance of taps; 1 is none
 * @param before padding above and to the left
 * @param after padding below and to the right; negative where the last pixels are left out
 */
record Window(long[] kernel, long[] stride, long[] dilation, long[] before, long[] after) {

  /**
   * That of a layer.
   *
   * @param padding on both sides, or null for DL4J's mode "same"
   * @param x size of the images, height and width
   * @param y size of the results
   */
  static Window of(int[] kernel, int[] stride, int[] dilation, int[] padding, long[] x, long[] y) {
    long[] before = new long[2];
    long[] after = new long[2];
    for (int axis = 0; axis < 2; axis++) {
      long needed = (y[axis] - 1) * stride[axis] + reach(kernel[axis], dilation[axis]) - x[axis];
      before[axis] = padding == null ? Math.max(0, needed) / 2 : padding[axis];
      after[axis] = needed - before[axis];
    }
    return new Window(longs(kernel), longs(stride), longs(dilation), before, after);
  }

  /** One window as large as the image. */
  static Window whole(long height, long width) {
    return new Window(
        new long[] {height, width}, new long[] {1, 1}, new long[] {1, 1}, new long[2], new long[2]);
  }

  /** Pixels from the first tap to the last, both included. */
  static long reach(long kernel, long dilation) {
    return 1 + (kernel - 1) * dilation;
  }

  /** oneDNN counts the gaps between taps, so that 0 is no dilation. */
  long[] gaps() {
    return new long[] {dilation[0] - 1, dilation[1] - 1};
  }

  /** The way back from output to input with the kernel turned by 180 degrees; for stride 1. */
  Window transposed() {
    return new Window(
        kernel,
        stride,
        dilation,
        new long[] {kernel[0] - 1 - before[0], kernel[1] - 1 - before[1]},
        new long[] {kernel[0] - 1 - after[0], kernel[1] - 1 - after[1]});
  }

  /** Whether {@link #transposed} exists. */
  boolean isTransposable() {
    boolean plain = true;
    for (int axis = 0; axis < 2; axis++) {
      plain &= stride[axis] == 1 && dilation[axis] == 1;
      plain &= before[axis] < kernel[axis] && after[axis] < kernel[axis];
    }
    return plain;
  }

  private static long[] longs(int[] values) {
    return new long[] {values[0], values[1]};
  }
}
