package io.millrace.image;

/** YCbCr to RGB and RGB to luma by ITU-R BT.601, in 16-bit fixed point with libjpeg's rounding. */
final class ColourSpace {
  private static final int[] RED = table(91881, 1 << 15);
  private static final int[] GREEN_BLUE = table(-22554, 0);
  private static final int[] GREEN_RED = table(-46802, 1 << 15);
  private static final int[] BLUE = table(116130, 1 << 15);

  private ColourSpace() {}

  private static int[] table(int factor, int rounding) {
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      table[i] = factor * (i - 128) + rounding;
    }
    return table;
  }

  /** Writes {@code count} pixels of [R, G, B] at {@code to}. */
  static void rgb(
      byte[] luma,
      int lumaAt,
      byte[] blue,
      byte[] red,
      int chromaAt,
      int count,
      PixelBuffer out,
      int to) {
    byte[] data = out.data();
    int next = to;
    for (int i = 0; i < count; i++) {
      int level = luma[lumaAt + i] & 0xff;
      int b = blue[chromaAt + i] & 0xff;
      int r = red[chromaAt + i] & 0xff;
      data[next] = clamp(level + (RED[r] >> 16));
      data[next + 1] = clamp(level + ((GREEN_BLUE[b] + GREEN_RED[r]) >> 16));
      data[next + 2] = clamp(level + (BLUE[b] >> 16));
      next += 3;
    }
  }

  /** Luma of 0xRRGGBB, rounded as Pillow does; a grey colour is its own luma. */
  static int luminance(int rgb) {
    int red = rgb >> 16;
    int green = rgb >> 8 & 0xff;
    int blue = rgb & 0xff;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  /** Nearly all values are in range, so that a branch costs less than two comparisons. */
  private static byte clamp(int value) {
    return (byte) ((value & ~255) == 0 ? value : ~value >> 31);
  }
}
