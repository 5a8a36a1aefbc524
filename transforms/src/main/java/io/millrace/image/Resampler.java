package io.millrace.image;

import java.util.Arrays;

/**
 * Antialiased bilinear resampling in fixed point, within one level of Pillow's {@code
 * resize(BILINEAR)}, a row at a time: each row of the input that is needed is resampled along x
 * once, and rows are weighed as a whole, which the compiler vectorises.
 *
 * <p>Differs from Pillow: between the two passes 6 more bits are kept. Not thread-safe.
 */
final class Resampler {
  private static final int COLUMN_BITS = 22;
  private static final int KEPT_BITS = 6;
  private static final int ROW_BITS = 16;
  private static final int COLUMN_SHIFT = COLUMN_BITS - KEPT_BITS;

  /** Numbers held at once, 64 MiB: the rows that one row of the output is made of. */
  private static final int MOST_SCRATCH = 1 << 24;

  private static final int OBJECT = 8;

  /** Bits of a sum of {@link #row} below the pixel. */
  static final int SHIFT = ROW_BITS + KEPT_BITS;

  private final Taps rows = new Taps();
  private final Taps columns = new Taps();
  private int[][] lines = new int[0][];
  private int[] lineOf = new int[0];
  private int[] sums = new int[0];
  private Raster in;
  private int height;
  private int width;

  /** Writes {@code window}, which lies inside the resampled region; flips are not done here. */
  void resample(Raster in, Frame frame, Box window, PixelBuffer out) {
    begin(in, frame, window);
    out.reshape(window.height(), window.width(), in.channels());
    byte[] to = out.data();
    int size = width * in.channels();
    for (int y = 0; y < window.height(); y++) {
      int[] row = row(y);
      int at = y * size;
      for (int i = 0; i < size; i++) {
        // Rounded weights may sum to a little more than one.
        to[at + i] = (byte) Math.min(255, row[i] >> SHIFT);
      }
    }
  }

  /** Starts on {@code window}; its rows are asked for from top to bottom. */
  void begin(Raster in, Frame frame, Box window) {
    this.in = in;
    height = window.height();
    width = window.width();
    Box region = frame.region();
    Box read = in.covered(region);
    rows.compute(
        region.top() * in.unitY(),
        region.height() * in.unitY(),
        read.top(),
        read.top() + read.height(),
        frame.scaledHeight(),
        window.top(),
        height,
        ROW_BITS);
    columns.compute(
        region.left() * in.unitX(),
        region.width() * in.unitX(),
        read.left(),
        read.left() + read.width(),
        frame.scaledWidth(),
        window.left(),
        width,
        COLUMN_BITS);
    reserve(width * in.channels());
  }

  private void reserve(int size) {
    if ((long) rows.taps * (size + OBJECT) > MOST_SCRATCH) {
      throw new BadImageException(
          "%d x %d pixels, too long to become %d high".formatted(in.width(), in.height(), height));
    }
    if (lines.length < rows.taps) {
      lines = new int[rows.taps][0];
      lineOf = new int[rows.taps];
    }
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].length < size) {
        lines[i] = new int[size];
      }
      lineOf[i] = -1;
    }
    if (sums.length < size) {
      sums = new int[size];
    }
  }

  /** Row {@code y}, valid until the next call: pixels with {@link #SHIFT} more bits. */
  int[] row(int y) {
    int size = width * in.channels();
    int last = rows.taps - 1;
    weigh(sums, line(rows.first[y]), rows.weights[y], size);
    for (int k = 1; k < last; k += 2) {
      int[] line = line(rows.first[y] + k);
      int[] next = line(rows.first[y] + k + 1);
      int at = k * height + y;
      addBoth(sums, line, rows.weights[at], next, rows.weights[at + height], size);
    }
    if (last % 2 == 1) {
      add(sums, line(rows.first[y] + last), rows.weights[last * height + y], size);
    }
    return sums;
  }

  private static void weigh(int[] sums, int[] line, int weight, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] = (1 << (SHIFT - 1)) + weight * line[i];
    }
  }

  private static void add(int[] sums, int[] line, int weight, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] += weight * line[i];
    }
  }

  private static void addBoth(
      int[] sums, int[] line, int weight, int[] next, int weightOfNext, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] += weight * line[i] + weightOfNext * next[i];
    }
  }

  /** Input row {@code y} resampled along x; those that several outputs share are made once. */
  private int[] line(int y) {
    int slot = y % lines.length;
    int[] line = lines[slot];
    if (lineOf[slot] != y) {
      lineOf[slot] = y;
      weighColumns(line, y * in.stride());
    }
    return line;
  }

  private void weighColumns(int[] line, int from) {
    int channels = in.channels();
    int size = width * channels;
    Arrays.fill(line, 0, size, 1 << (COLUMN_SHIFT - 1));
    int k = 0;
    for (int left = columns.taps; left > 0; left = columns.taps - k) {
      if (channels == 3 && left == 3) {
        addThreeRgb(line, from + 3 * k, k * width);
        k += 3;
      } else if (channels == 3 && left > 1) {
        addPairRgb(line, from + 3 * k, k * width);
        k += 2;
      } else if (channels == 1 && left > 1) {
        addPair(line, from + k, k * width);
        k += 2;
      } else {
        addOne(line, from + channels * k, k * width);
        k++;
      }
    }
    for (int i = 0; i < size; i++) {
      line[i] >>= COLUMN_SHIFT;
    }
  }

  /** Adds a tap and the one after it of an only channel. */
  private void addPair(int[] line, int from, int weightAt) {
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

  /** Adds a tap and the one after it of three channels. */
  private void addPairRgb(int[] line, int from, int weightAt) {
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

  /** Adds a tap and the two after it of three channels. */
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

  /** Adds one tap of any number of channels. */
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
}
