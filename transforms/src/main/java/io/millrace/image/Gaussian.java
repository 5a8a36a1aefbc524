package io.millrace.image;

import java.util.Arrays;

/**
 * A blur: every level becomes the mean of those around it on both axes, weighed by {@code exp(-d^2
 * / (2 sigma^2))} of their distance d, rounded half to even. Beyond its border an image is
 * mirrored, without the border pixel again. Not thread-safe.
 */
final class Gaussian {
  private final PixelBuffer in;
  private final float[] weights;
  private final int reach;
  private final float[] padded;
  private final float[][] rows;
  private final int[] rowOf;

  /**
   * A blur of an image by the pixels of a square.
   *
   * @param size its side, odd
   */
  Gaussian(PixelBuffer in, int size, double sigma) {
    this.in = in;
    reach = size / 2;
    double[] exact = new double[size];
    double sum = 0;
    for (int i = 0; i < size; i++) {
      double distance = i - reach;
      exact[i] = StrictMath.exp(-distance * distance / (2 * sigma * sigma));
      sum += exact[i];
    }
    weights = new float[size];
    for (int i = 0; i < size; i++) {
      weights[i] = (float) (exact[i] / sum);
    }
    padded = new float[(in.width() + 2 * reach) * in.channels()];
    rows = new float[size][in.width() * in.channels()];
    rowOf = new int[size];
    Arrays.fill(rowOf, -1);
  }

  /** Blurs a row at a time: each row of the input is blurred along x once. */
  void blur(PixelBuffer out) {
    out.reshape(in.height(), in.width(), in.channels());
    float[] sum = new float[in.width() * in.channels()];
    for (int y = 0; y < in.height(); y++) {
      Arrays.fill(sum, 0);
      for (int k = 0; k < weights.length; k++) {
        add(sum, row(mirrored(y + k - reach, in.height())), 0, weights[k]);
      }
      write(sum, out.data(), y * sum.length);
    }
  }

  /** Input row {@code y} blurred along x; one that several outputs share is made once. */
  private float[] row(int y) {
    int slot = y % rows.length;
    float[] row = rows[slot];
    if (rowOf[slot] != y) {
      rowOf[slot] = y;
      pad(y * row.length, row.length);
      Arrays.fill(row, 0);
      for (int k = 0; k < weights.length; k++) {
        add(row, padded, k * in.channels(), weights[k]);
      }
    }
    return row;
  }

  /** Takes the row of {@code size} levels from {@code from} on. */
  private void pad(int from, int size) {
    int channels = in.channels();
    byte[] data = in.data();
    int start = reach * channels;
    for (int i = 0; i < size; i++) {
      padded[start + i] = data[from + i] & 0xff;
    }
    int end = start + size - channels;
    for (int x = reach; x > 0; x--) {
      int inside = mirrored(x, in.width()) * channels;
      for (int c = 0; c < channels; c++) {
        padded[start - x * channels + c] = padded[start + inside + c];
        padded[end + x * channels + c] = padded[end - inside + c];
      }
    }
  }

  /**
   * Where a place beyond the border is seen again; an image of one pixel is the same everywhere.
   */
  private static int mirrored(int place, int length) {
    int period = Math.max(1, 2 * (length - 1));
    int inside = Math.floorMod(place, period);
    return Math.min(inside, period - inside) % length;
  }

  private static void add(float[] sum, float[] row, int from, float weight) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += weight * row[from + i];
    }
  }

  private static void write(float[] sum, byte[] to, int at) {
    for (int i = 0; i < sum.length; i++) {
      to[at + i] = (byte) (int) Math.rint(sum[i]);
    }
  }
}
