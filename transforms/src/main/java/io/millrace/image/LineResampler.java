package io.millrace.image;

import java.util.Arrays;

/**
 * The first pass of {@link Resampler}: one row of the input resampled along x. Taps are added two
 * or three at a time, so that a number of the line is read and written once for all of them. Not
 * thread-safe.
 */
final class LineResampler {
  private static final int COLUMN_BITS = 22;

  /** Bits of a number of a line below the pixel. */
  static final int KEPT_BITS = 6;

  private static final int SHIFT = COLUMN_BITS - KEPT_BITS;

  private final Taps columns = new Taps();
  private Raster in;
  private int width;

  /** Starts on the columns of {@code window}, of which {@code read} is what the input has. */
  void begin(Raster in, Frame frame, Box window, Box read) {
    this.in = in;
    width = window.width();
    Box region = frame.region();
    columns.compute(
        region.left() * in.unitX(),
        region.width() * in.unitX(),
        read.left(),
        read.left() + read.width(),
        frame.scaledWidth(),
        window.left(),
        width,
        COLUMN_BITS);
  }

  /** Resamples row {@code y} of the input. */
  void resample(int y, int[] line) {
    int channels = in.channels();
    int size = width * channels;
    Arrays.fill(line, 0, size, 1 << (SHIFT - 1));
    int from = y * in.stride();
    for (int k = 0; k < columns.taps; ) {
      k += add(line, from + k * channels, k * width, columns.taps - k);
    }
    for (int i = 0; i < size; i++) {
      line[i] >>= SHIFT;
    }
  }

  /** Adds up to three of the taps that are left; returns how many. */
  private int add(int[] line, int from, int weightAt, int left) {
    boolean rgb = in.channels() == 3;
    if (left == 1 || !rgb && in.channels() != 1) {
      addOne(line, from, weightAt);
      return 1;
    }
    if (left == 3 && rgb) {
      addThreeRgb(line, from, weightAt);
    } else if (left == 3) {
      addThree(line, from, weightAt);
    } else if (rgb) {
      addTwoRgb(line, from, weightAt);
    } else {
      addTwo(line, from, weightAt);
    }
    return left == 3 ? 3 : 2;
  }

  private void addOne(int[] line, int from, int weightAt) {
    byte[] data = in.data();
    int channels = in.channels();
    for (int x = 0, to = 0; x < width; x++) {
      int at = from + columns.first[x] * channels;
      int weight = columns.weights[weightAt + x];
      for (int c = 0; c < channels; c++) {
        line[to++] += weight * (data[at + c] & 0xff);
      }
    }
  }

  private void addTwo(int[] line, int from, int weightAt) {
    byte[] data = in.data();
    int[] first = columns.first;
    int[] weights = columns.weights;
    int next = weightAt + width;
    for (int x = 0; x < width; x++) {
      int at = from + first[x];
      line[x] +=
          weights[weightAt + x] * (data[at] & 0xff) + weights[next + x] * (data[at + 1] & 0xff);
    }
  }

  private void addThree(int[] line, int from, int weightAt) {
    byte[] data = in.data();
    int[] first = columns.first;
    int[] weights = columns.weights;
    int next = weightAt + width;
    int last = next + width;
    for (int x = 0; x < width; x++) {
      int at = from + first[x];
      line[x] +=
          weights[weightAt + x] * (data[at] & 0xff)
              + weights[next + x] * (data[at + 1] & 0xff)
              + weights[last + x] * (data[at + 2] & 0xff);
    }
  }

  private void addTwoRgb(int[] line, int from, int weightAt) {
    byte[] data = in.data();
    int[] first = columns.first;
    int[] weights = columns.weights;
    int next = weightAt + width;
    for (int x = 0, to = 0; x < width; x++, to += 3) {
      int at = from + 3 * first[x];
      int weight = weights[weightAt + x];
      int other = weights[next + x];
      line[to] += weight * (data[at] & 0xff) + other * (data[at + 3] & 0xff);
      line[to + 1] += weight * (data[at + 1] & 0xff) + other * (data[at + 4] & 0xff);
      line[to + 2] += weight * (data[at + 2] & 0xff) + other * (data[at + 5] & 0xff);
    }
  }

  private void addThreeRgb(int[] line, int from, int weightAt) {
    byte[] data = in.data();
    int[] first = columns.first;
    int[] weights = columns.weights;
    int next = weightAt + width;
    int last = next + width;
    for (int x = 0, to = 0; x < width; x++, to += 3) {
      int at = from + 3 * first[x];
      int weight = weights[weightAt + x];
      int other = weights[next + x];
      int third = weights[last + x];
      line[to] +=
          weight * (data[at] & 0xff)
              + other * (data[at + 3] & 0xff)
              + third * (data[at + 6] & 0xff);
      line[to + 1] +=
          weight * (data[at + 1] & 0xff)
              + other * (data[at + 4] & 0xff)
              + third * (data[at + 7] & 0xff);
      line[to + 2] +=
          weight * (data[at + 2] & 0xff)
              + other * (data[at + 5] & 0xff)
              + third * (data[at + 8] & 0xff);
    }
  }
}
