package io.millrace.image;

/**
 * Antialiased bilinear resampling in fixed point, within one level of Pillow's {@code
 * resize(BILINEAR)}. Rows first, because sums of whole rows are what the compiler vectorises; of
 * the columns only those that the frame needs are touched.
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

  /**
   * Writes {@code window} of the resampled region to {@code out}; flips are not done here.
   *
   * @param in the image at 1/reduction of the size that the frame refers to
   * @param window lies inside the resampled region
   */
  void resample(PixelBuffer in, int reduction, Frame frame, Box window, PixelBuffer out) {
    Box region = frame.region();
    double unit = 1.0 / reduction;
    Box read = region.reduced(reduction);
    rows.compute(
        region.top() * unit,
        region.height() * unit,
        read.top(),
        read.top() + read.height(),
        frame.scaledHeight(),
        window.top(),
        window.height(),
        ROW_BITS);
    columns.compute(
        region.left() * unit,
        region.width() * unit,
        read.left(),
        read.left() + read.width(),
        frame.scaledWidth(),
        window.left(),
        window.width(),
        COLUMN_BITS);
    int channels = in.channels();
    out.reshape(window.height(), window.width(), channels);
    int begin = columns.first[0];
    int last = window.width() - 1;
    int size = (columns.first[last] + columns.count[last] - begin) * channels;
    reserve(rows.stride, size);
    for (int y = 0; y < window.height(); y++) {
      sumRows(in, y, begin, size);
      int at = y * window.width() * channels;
      if (channels == 1) {
        greyRow(out.data(), at, window.width(), begin);
      } else {
        colourRow(out.data(), at, window.width(), begin);
      }
    }
  }

  private void reserve(int count, int size) {
    if (lines.length < count) {
      lines = new int[count][0];
      lineOf = new int[count];
    }
    if (sums.length < size) {
      sums = new int[size];
    }
    for (int i = 0; i < lines.length; i++) {
      if (lines[i].length < size) {
        lines[i] = new int[size];
      }
      lineOf[i] = -1;
    }
  }

  private void sumRows(PixelBuffer in, int y, int begin, int size) {
    int first = rows.first[y];
    int weightAt = y * rows.stride;
    start(sums, line(in, first, begin, size), rows.weights[weightAt], size);
    for (int k = 1; k < rows.count[y]; k++) {
      add(sums, line(in, first + k, begin, size), rows.weights[weightAt + k], size);
    }
    shift(sums, size);
  }

  /** Row {@code y} as ints; rows that several outputs share are converted once. */
  private int[] line(PixelBuffer in, int y, int begin, int size) {
    int slot = y % lines.length;
    int[] line = lines[slot];
    if (lineOf[slot] != y) {
      lineOf[slot] = y;
      byte[] data = in.data();
      int from = (y * in.width()) * in.channels() + begin * in.channels();
      for (int i = 0; i < size; i++) {
        line[i] = data[from + i] & 0xff;
      }
    }
    return line;
  }

  private static void start(int[] sums, int[] line, int weight, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] = (1 << (ROW_SHIFT - 1)) + weight * line[i];
    }
  }

  private static void add(int[] sums, int[] line, int weight, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] += weight * line[i];
    }
  }

  private static void shift(int[] sums, int size) {
    for (int i = 0; i < size; i++) {
      sums[i] >>= ROW_SHIFT;
    }
  }

  private void greyRow(byte[] to, int at, int width, int begin) {
    for (int x = 0; x < width; x++) {
      int from = columns.first[x] - begin;
      int weightAt = x * columns.stride;
      int sum = 1 << (COLUMN_SHIFT - 1);
      for (int k = 0; k < columns.count[x]; k++) {
        sum += columns.weights[weightAt + k] * sums[from + k];
      }
      to[at + x] = level(sum);
    }
  }

  private void colourRow(byte[] to, int at, int width, int begin) {
    int[] weights = columns.weights;
    int next = at;
    for (int x = 0; x < width; x++) {
      int from = (columns.first[x] - begin) * 3;
      int weightAt = x * columns.stride;
      int red = 1 << (COLUMN_SHIFT - 1);
      int green = red;
      int blue = red;
      for (int k = 0; k < columns.count[x]; k++) {
        int weight = weights[weightAt + k];
        red += weight * sums[from];
        green += weight * sums[from + 1];
        blue += weight * sums[from + 2];
        from += 3;
      }
      to[next] = level(red);
      to[next + 1] = level(green);
      to[next + 2] = level(blue);
      next += 3;
    }
  }

  /** Rounded weights may sum to a little more than one. */
  private static byte level(int sum) {
    return (byte) Math.min(255, sum >> COLUMN_SHIFT);
  }
}
