package io.millrace.image;

import java.util.Arrays;

/**
 * A blur: every level becomes the mean of those around it on both axes, weighed by {@code exp(-d^2
 * / (2 sigma^2))} of their distance d, rounded half to even. Beyond its border an image is
 * mirrored, without the border pixel again. Not thread-safe.
 */
final class Gaussian {
  private final float[] weights;
  private final int reach;
  private float[] padded = new float[0];
  private float[][] rows = new float[0][];
  private int[] rowOf = new int[0];
  private float[] sums = new float[0];

  /**
   * A blur by the pixels of a square.
   *
   * @param size its side, odd
   */
  Gaussian(int size, double sigma) {
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
  }

  /** Blurs a row at a time: each row of the input is blurred along x once. */
  void blur(PixelBuffer in, PixelBuffer out) {
    int channels = in.channels();
    int size = in.width() * channels;
    out.reshape(in.height(), in.width(), channels);
    reserve(size, channels);
    for (int y = 0; y < in.height(); y++) {
      float[] sum = sums;
      Arrays.fill(sum, 0, size, 0);
      for (int k = 0; k < weights.length; k++) {
        add(sum, row(in, mirrored(y + k - reach, in.height())), 0, weights[k], size);
      }
      write(sum, size, out.data(), y * size);
    }
  }

  private void reserve(int size, int channels) {
    padded = new float[size + 2 * reach * channels];
    rows = new float[weights.length][size];
    rowOf = new int[weights.length];
    Arrays.fill(rowOf, -1);
    sums = new float[size];
  }

  /** Input row {@code y} blurred along x; one that several outputs share is made once. */
  private float[] row(PixelBuffer in, int y) {
    int slot = y % rows.length;
    float[] row = rows[slot];
    if (rowOf[slot] != y) {
      rowOf[slot] = y;
      int channels = in.channels();
      int size = in.width() * channels;
      pad(in, y);
      Arrays.fill(row, 0);
      for (int k = 0; k < weights.length; k++) {
        add(row, padded, k * channels, weights[k], size);
      }
    }
    return row;
  }

  private void pad(PixelBuffer in, int y) {
    int channels = in.channels();
    int size = in.width() * channels;
    byte[] data = in.data();
    int from = y * size;
    int start = reach * channels;
    for (int i = 0; i < size; i++) {
      padded[start + i] = data[from + i] & 0xff;
    }
    for (int x = 1; x <= reach; x++) {
      int left = mirrored(-x, in.width()) * channels;
      int right = mirrored(in.width() - 1 + x, in.width()) * channels;
      for (int c = 0; c < channels; c++) {
        padded[start - x * channels + c] = data[from + left + c] & 0xff;
        padded[start + size + (x - 1) * channels + c] = data[from + right + c] & 0xff;
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

  private static void add(float[] sum, float[] row, int from, float weight, int size) {
    for (int i = 0; i < size; i++) {
      sum[i] += weight * row[from + i];
    }
  }

  private static void write(float[] sum, int size, byte[] to, int at) {
    for (int i = 0; i < size; i++) {
      to[at + i] = (byte) Math.min(255, (int) Math.rint(sum[i]));
    }
  }
}
