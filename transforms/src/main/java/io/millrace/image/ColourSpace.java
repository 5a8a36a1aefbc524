package io.millrace.image;

/** YCbCr to RGB and RGB to luma by ITU-R BT.601, in 16-bit fixed point with libjpeg's rounding. */
final class ColourSpace {
  private static final int HALF = 1 << 15;
  private static final int RED_FACTOR = 91881;
  private static final int GREEN_BLUE_FACTOR = -22554;
  private static final int GREEN_RED_FACTOR = -46802;
  private static final int BLUE_FACTOR = 116130;
  private static final int[] RED = table(RED_FACTOR, HALF);
  private static final int[] GREEN_BLUE = table(GREEN_BLUE_FACTOR, 0);
  private static final int[] GREEN_RED = table(GREEN_RED_FACTOR, HALF);
  private static final int[] BLUE = table(BLUE_FACTOR, HALF);

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

  /**
   * Writes {@code count} pixels of [R, G, B] at {@code to}, from channels that hold {@link
   * Resampler#SHIFT} more bits and are overwritten. One kind of work a loop, for the vectoriser.
   */
  static void rgb(int[] luma, int[] blue, int[] red, int count, byte[] out, int to) {
    for (int i = 0; i < count; i++) {
      int level = luma[i] >> Resampler.SHIFT;
      int b = (blue[i] >> Resampler.SHIFT) - 128;
      int r = (red[i] >> Resampler.SHIFT) - 128;
      luma[i] = level + ((BLUE_FACTOR * b + HALF) >> 16);
      blue[i] = level + ((GREEN_BLUE_FACTOR * b + GREEN_RED_FACTOR * r + HALF) >> 16);
      red[i] = level + ((RED_FACTOR * r + HALF) >> 16);
    }
    clamp(luma, count);
    clamp(blue, count);
    clamp(red, count);
    for (int i = 0, next = to; i < count; i++, next += 3) {
      out[next] = (byte) red[i];
      out[next + 1] = (byte) blue[i];
      out[next + 2] = (byte) luma[i];
    }
  }

  private static void clamp(int[] values, int count) {
    for (int i = 0; i < count; i++) {
      values[i] = Math.max(0, Math.min(255, values[i]));
    }
  }

  /** Luma of 0xRRGGBB, rounded as Pillow does; a grey colour is its own luma. */
  static int luminance(int rgb) {
    int red = rgb >> 16;
    int green = rgb >> 8 & 0xff;
    int blue = rgb & 0xff;
    return (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }

  /** Stores 0xRRGGBB as a pixel of RGB, or its luma as one of grey. */
  static void put(PixelBuffer out, int pixel, int rgb) {
    byte[] data = out.data();
    if (out.channels() == 1) {
      data[pixel] = (byte) luminance(rgb);
      return;
    }
    data[3 * pixel] = (byte) (rgb >> 16);
    data[3 * pixel + 1] = (byte) (rgb >> 8);
    data[3 * pixel + 2] = (byte) rgb;
  }

  /** 0xRRGGBB of four inks, each 0 to 255, as Pillow converts them. */
  static int cmyk(int cyan, int magenta, int yellow, int black) {
    int light = 255 - black;
    int rgb = light - share(cyan, light);
    rgb = rgb << 8 | light - share(magenta, light);
    return rgb << 8 | light - share(yellow, light);
  }

  /** {@code a * b / 255}, rounded. */
  private static int share(int a, int b) {
    int product = a * b + 128;
    return (product >> 8) + product >> 8;
  }

  /** Nearly all values are in range, so that a branch costs less than two comparisons. */
  private static byte clamp(int value) {
    return (byte) ((value & ~255) == 0 ? value : ~value >> 31);
  }
}
