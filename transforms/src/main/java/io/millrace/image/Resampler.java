package io.millrace.image;

/**
 * Antialiased bilinear resampling in fixed point, within one level of Pillow's {@code
 * resize(BILINEAR)}, a row at a time: each row of the input that is needed is resampled along x
 * once, and rows are weighed as a whole, which the compiler vectorises.
 *
 * <p>Differs from Pillow: between the two passes 6 more bits are kept. Not thread-safe.
 */
final class Resampler {
  private static final int ROW_BITS = 16;

  /** Numbers held at once, 64 MiB: the rows that one row of the output is made of. */
  private static final int MOST_SCRATCH = 1 << 24;

  private static final int OBJECT = 8;

  /** Bits of a sum of {@link #row} below the pixel. */
  static final int SHIFT = ROW_BITS + LineResampler.KEPT_BITS;

  private final Taps rows = new Taps();
  private final LineResampler columns = new LineResampler();
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
    columns.begin(in, frame, window, read);
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
      columns.resample(y, line);
    }
    return line;
  }
}
