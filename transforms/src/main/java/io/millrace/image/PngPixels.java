package io.millrace.image;

import java.util.Arrays;

/** Turns unfiltered rows of any PNG colour type and depth into 8-bit grey or RGB. */
final class PngPixels {
  private static final int GREY = 0;
  private static final int RGB = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int RGB_ALPHA = 6;

  private final int[] palette = new int[256];
  private int colours;
  private int depth;
  private int type;
  private int samples;

  void format(int depth, int type) {
    this.samples = bits(depth, type) / depth;
    this.depth = depth;
    this.type = type;
    this.colours = 0;
  }

  /**
   * Bits of a pixel.
   *
   * @throws BadImageException if no PNG has such
   */
  static int bits(int depth, int type) {
    boolean valid =
        switch (type) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case RGB, GREY_ALPHA, RGB_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!valid) {
      throw new BadImageException(
          "corrupt PNG, colour type %d with %d bits".formatted(type, depth));
    }
    return switch (type) {
      case RGB -> 3 * depth;
      case GREY_ALPHA -> 2 * depth;
      case RGB_ALPHA -> 4 * depth;
      default -> depth;
    };
  }

  /** Takes the PLTE chunk: three bytes a colour; those that are missing are black, as in Pillow. */
  void palette(byte[] data, int at, int size) {
    if (size % 3 != 0 || size > 768) {
      throw new BadImageException("corrupt PNG, palette of %d bytes".formatted(size));
    }
    colours = size / 3;
    Arrays.fill(palette, 0);
    for (int i = 0; i < colours; i++) {
      palette[i] = rgb(data, at + 3 * i, 1);
    }
  }

  /** Refuses pixels that are to be looked up where there is nothing to look in. */
  void checkPalette() {
    if (type == PALETTE && colours == 0) {
      throw new BadImageException("corrupt PNG, no palette");
    }
  }

  int rowBytes(int columns) {
    return Math.toIntExact(((long) columns * samples * depth + 7) / 8);
  }

  /** Bytes from a pixel to the next, at least 1. */
  int pixelBytes() {
    return Math.max(1, samples * depth / 8);
  }

  /** Stores one row at pixel {@code first} of {@code out}, {@code step} pixels apart. */
  void store(byte[] raw, int from, int columns, PixelBuffer out, int first, int step) {
    int channels = out.channels();
    byte[] to = out.data();
    if (depth == 8 && step == 1 && samples == channels && type != PALETTE) {
      System.arraycopy(raw, from, to, first * channels, columns * channels);
      return;
    }
    for (int x = 0; x < columns; x++) {
      int colour = colour(raw, from, x);
      int at = (first + x * step) * channels;
      if (channels == 1) {
        to[at] = (byte) ColourSpace.luminance(colour);
      } else {
        to[at] = (byte) (colour >> 16);
        to[at + 1] = (byte) (colour >> 8);
        to[at + 2] = (byte) colour;
      }
    }
  }

  private int colour(byte[] raw, int from, int x) {
    int bytes = depth / 8;
    return switch (type) {
      case RGB, RGB_ALPHA -> rgb(raw, from + x * samples * bytes, bytes);
      case PALETTE -> palette[small(raw, from, x)];
      case GREY_ALPHA -> grey(raw[from + 2 * x * bytes] & 0xff);
      default ->
          depth >= 8
              ? grey(raw[from + x * bytes] & 0xff)
              : grey(small(raw, from, x) * 255 / ((1 << depth) - 1));
    };
  }

  private int small(byte[] raw, int from, int x) {
    int bit = x * depth;
    return (raw[from + (bit >> 3)] & 0xff) >> (8 - depth - (bit & 7)) & ((1 << depth) - 1);
  }

  private static int rgb(byte[] data, int at, int step) {
    return (data[at] & 0xff) << 16 | (data[at + step] & 0xff) << 8 | data[at + 2 * step] & 0xff;
  }

  private static int grey(int value) {
    return value * 0x010101;
  }
}
