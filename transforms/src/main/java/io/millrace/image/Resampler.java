package io.millrace.image;

/**
 * Antialiased bilinear resampling in fixed point, within one level of Pillow's {@code
 * resize(BILINEAR)}. Sums of whole rows are what the compiler vectorises: so rows are weighed, the
 * image is turned, its columns are weighed as rows, and it is turned back. Of the columns only
 * those that the frame needs are touched.
 *
 * <p>Differs from Pillow: between the two passes 6 more bits are kept. Not thread-safe.
 */
final class Resampler {
  private static final int ROW_BITS = 22;
  private static final int KEPT_BITS = 6;
  private static final int COLUMN_BITS = 16;
  private static final int ROW_SHIFT = ROW_BITS - KEPT_BITS;
  private static final int COLUMN_SHIFT = COLUMN_BITS + KEPT_BITS;

  private final Taps rows = new Taps();
  private final Taps columns = new Taps();
  private int[][] lines = new int[0][];
  private int[] lineOf = new int[0];
  private int[] sums = new int[0];
  private int[] turned = new int[0];

  /** Writes {@code window}, which lies inside the resampled region; flips are not done here. */
  void resample(Raster in, Frame frame, Box window, PixelBuffer out) {
    Box region = frame.region();
    Box read = in.covered(region);
    rows.compute(
        region.top() * in.unitY(),
        region.height() * in.unitY(),
        read.top(),
        read.top() + read.height(),
        frame.scaledHeight(),
        window.top(),
        window.height(),
        ROW_BITS);
    columns.compute(
        region.left() * in.unitX(),
        region.width() * in.unitX(),
        read.left(),
        read.left() + read.width(),
        frame.scaledWidth(),
        window.left(),
        window.width(),
        COLUMN_BITS);
    int channels = in.channels();
    int height = window.height();
    int width = window.width();
    int begin = columns.first[0];
    int size = (columns.first[width - 1] + columns.count[width - 1] - begin) * channels;
    reserve(size, height);
    for (int y = 0; y < height; y++) {
      weighRows(in, y, begin, size);
      turn(size, y, height);
    }
    out.reshape(height, width, channels);
    for (int x = 0; x < width; x++) {
      for (int c = 0; c < channels; c++) {
        weighColumns(x, begin, c, channels, height);
        put(out.data(), x * channels + c, width * channels, height);
      }
    }
  }

  private void reserve(int size, int height) {
    if (lines.length < rows.stride) {
      lines = new int[rows.stride][0];
      lineOf = new int[rows.stride];
    }
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].length < size) {
        lines[i] = new int[size];
      }
      lineOf[i] = -1;
    }
    if (sums.length < Math.max(size, height)) {
      sums = new int[Math.max(size, height)];
    }
    if (turned.length < size * height) {
      turned = new int[size * height];
    }
  }

  private void weighRows(Raster in, int y, int begin, int size) {
    int first = rows.first[y];
    int weightAt = y * rows.stride;
    start(sums, line(in, first, begin, size), 0, rows.weights[weightAt], ROW_SHIFT, size);
    for (int k = 1; k < rows.count[y]; k++) {
      add(sums, line(in, first + k, begin, size), 0, rows.weights[weightAt + k], size);
    }
  }

  /** Row {@code y} as ints; rows that several outputs share are converted once. */
  private int[] line(Raster in, int y, int begin, int size) {
    int slot = y % lines.length;
    int[] line = lines[slot];
    if (lineOf[slot] != y) {
      lineOf[slot] = y;
      byte[] data = in.data();
      int from = y * in.stride() + begin * in.channels();
      for (int i = 0; i < size; i++) {
        line[i] = data[from + i] & 0xff;
      }
    }
    return line;
  }

  /** The sums of a row become the y-th column. */
  private void turn(int size, int y, int height) {
    int[] from = sums;
    int[] to = turned;
    for (int i = 0, at = y; i < size; i++, at += height) {
      to[at] = from[i] >> ROW_SHIFT;
    }
  }

  private void weighColumns(int x, int begin, int channel, int channels, int height) {
    int at = ((columns.first[x] - begin) * channels + channel) * height;
    int step = channels * height;
    int weightAt = x * columns.stride;
    start(sums, turned, at, columns.weights[weightAt], COLUMN_SHIFT, height);
    for (int k = 1; k < columns.count[x]; k++) {
      add(sums, turned, at + k * step, columns.weights[weightAt + k], height);
    }
  }

  private static void start(int[] sums, int[] line, int at, int weight, int shift, int size) {
    int half = 1 << (shift - 1);
    for (int i = 0; i < size; i++) {
      sums[i] = half + weight * line[at + i];
    }
  }

  private static void add(int[] sums, int[] line, int at, int weight, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] += weight * line[at + i];
    }
  }

  /** Rounded weights may sum to a little more than one. */
  private void put(byte[] to, int at, int stride, int height) {
    int[] from = sums;
    for (int y = 0, next = at; y < height; y++, next += stride) {
      to[next] = (byte) Math.min(255, from[y] >> COLUMN_SHIFT);
    }
  }
}
