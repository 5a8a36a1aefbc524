package io.millrace.image;

/**
 * Moves every level away from or towards a smooth one by a factor: {@code s + factor * (level - s)}
 * with s the mean of the 3 x 3 levels around it, of which its own counts five times, rounded; the
 * border stays. The bytes of Pillow's {@code ImageEnhance.Sharpness}.
 */
final class Sharpness {
  private static final int CENTRE = 5;
  private static final int SUM = 13;

  private Sharpness() {}

  static void by(double factor, PixelBuffer in, PixelBuffer out) {
    PixelOperation.copy(in, out);
    int channels = in.channels();
    int stride = in.width() * channels;
    int[] table = new int[Blend.TABLE];
    Blend.fill(table, (float) factor);
    for (int y = 1; y < in.height() - 1; y++) {
      row(in.data(), y * stride, stride, channels, table, out.data());
    }
  }

  private static void row(
      byte[] data, int start, int stride, int channels, int[] table, byte[] to) {
    for (int i = start + channels; i < start + stride - channels; i++) {
      int level = data[i] & 0xff;
      int sum =
          column(data, i - channels, stride)
              + column(data, i, stride)
              + column(data, i + channels, stride)
              + (CENTRE - 1) * level;
      to[i] = Blend.of((2 * sum + SUM) / (2 * SUM), level, table);
    }
  }

  private static int column(byte[] data, int at, int stride) {
    return (data[at - stride] & 0xff) + (data[at] & 0xff) + (data[at + stride] & 0xff);
  }
}
