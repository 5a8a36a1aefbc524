package io.millrace.image;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Lossless WebP. Pixels are 0xAARRGGBB, coded as literals, copies of earlier pixels and entries of
 * a cache of recent colours, and then go through up to four transforms.
 *
 * <p>Source: Google, "WebP Lossless Bitstream Specification", 2012, RFC 9649, section 3.
 */
final class Vp8lDecoder {
  private static final int SIGNATURE = 0x2f;
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int HASH = 0x1e35a7bd;
  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  /** A kind of transform, its data and the sizes of what it works on. */
  private interface Transform {
    int[] undo(int[] pixels);
  }

  /** The five codes of a region: green and all that is no literal, red, blue, alpha, distance. */
  private record Codes(
      PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {}

  /** Numbers in the tables of codes, 64 MiB. */
  static final int MOST_TABLES = 1 << 24;

  private final Vp8lBits in;
  private int tables;
  private final int width;
  private final int height;

  private Vp8lDecoder(ByteReader data) {
    in = new Vp8lBits(data);
    if (in.number(8) != SIGNATURE) {
      throw new BadImageException("corrupt WebP, no VP8L image");
    }
    width = in.number(14) + 1;
    height = in.number(14) + 1;
    in.flag(); // whether alpha is used
    if (in.number(3) != 0) {
      throw new BadImageException("corrupt WebP, a VP8L version that is not known");
    }
  }

  /** Writes the picture of a {@code VP8L} chunk at (x, y) of {@code out}. */
  static void decode(ByteReader data, int x, int y, PixelBuffer out) {
    Vp8lDecoder decoder = new Vp8lDecoder(data);
    int[] pixels = decoder.picture();
    for (int row = 0; row < decoder.height; row++) {
      int to = (y + row) * out.width() + x;
      for (int column = 0; column < decoder.width; column++) {
        ColourSpace.put(out, to + column, pixels[row * decoder.width + column] & 0xffffff);
      }
    }
  }

  private int[] picture() {
    Deque<Transform> transforms = new ArrayDeque<>();
    int seen = 0;
    int columns = width;
    while (in.flag()) {
      int kind = in.number(2);
      if ((seen & 1 << kind) != 0) {
        throw new BadImageException("corrupt WebP, a transform twice");
      }
      seen |= 1 << kind;
      int given = columns;
      if (kind == 3) {
        int colours = in.number(8) + 1;
        int bits = colours > 16 ? 0 : colours > 4 ? 1 : colours > 2 ? 2 : 3;
        int[] palette = Vp8lTransforms.palette(image(colours, 1, false), 1 << (8 >> bits));
        columns = blocks(columns, bits);
        transforms.push(p -> Vp8lTransforms.look(p, palette, bits, given, height));
      } else if (kind == 2) {
        transforms.push(Vp8lTransforms::addGreen);
      } else {
        int bits = in.number(3) + 2;
        int[] data = image(blocks(columns, bits), blocks(height, bits), false);
        transforms.push(
            kind == 0
                ? p -> Vp8lTransforms.predict(p, data, bits, given, height)
                : p -> Vp8lTransforms.addColour(p, data, bits, given, height));
      }
    }
    int[] pixels = image(columns, height, true);
    for (Transform transform : transforms) {
      pixels = transform.undo(pixels);
    }
    return pixels;
  }

  /** Blocks of {@code 1 << bits} that cover a length. */
  static int blocks(int length, int bits) {
    return length + (1 << bits) - 1 >> bits;
  }

  /**
   * Reads an image.
   *
   * @param picture whether it may have several regions with their own codes
   */
  private int[] image(int columns, int rows, boolean picture) {
    boolean cached = in.flag();
    int cacheBits = cached ? in.number(4) : 0;
    if (cacheBits > 11 || cached && cacheBits == 0) {
      throw new BadImageException("corrupt WebP, a cache of %d bits".formatted(cacheBits));
    }
    int regionBits = 0;
    int[] regions = null;
    int groups = 1;
    if (picture && in.flag()) {
      regionBits = in.number(3) + 2;
      regions = image(blocks(columns, regionBits), blocks(rows, regionBits), false);
      for (int i = 0; i < regions.length; i++) {
        regions[i] = regions[i] >> 8 & 0xffff;
        groups = Math.max(groups, regions[i] + 1);
      }
    }
    List<Codes> codes = new ArrayList<>();
    for (int i = 0; i < groups; i++) {
      codes.add(
          new Codes(
              code(LITERALS + LENGTHS + (cached ? 1 << cacheBits : 0)),
              code(LITERALS),
              code(LITERALS),
              code(LITERALS),
              code(DISTANCES)));
    }
    return pixels(columns, rows, cacheBits, regionBits, regions, codes);
  }

  private int[] pixels(
      int columns, int rows, int cacheBits, int regionBits, int[] regions, List<Codes> codes) {
    int[] pixels = new int[columns * rows];
    int[] cache = new int[1 << cacheBits];
    int cachedTo = 0;
    int regionColumns = blocks(columns, regionBits);
    for (int at = 0; at < pixels.length; ) {
      int x = at % columns;
      int region =
          regions == null
              ? 0
              : regions[(at / columns >> regionBits) * regionColumns + (x >> regionBits)];
      Codes code = codes.get(region);
      int symbol = code.green.read(in);
      if (symbol < LITERALS) {
        int red = code.red.read(in);
        int blue = code.blue.read(in);
        pixels[at++] = code.alpha.read(in) << 24 | red << 16 | symbol << 8 | blue;
      } else if (symbol < LITERALS + LENGTHS) {
        int length = extended(symbol - LITERALS);
        int distance = Vp8lTransforms.distance(extended(code.distance.read(in)), columns);
        if (distance > at || length > pixels.length - at) {
          throw new BadImageException("corrupt WebP, a copy from outside");
        }
        for (int i = 0; i < length; i++, at++) {
          pixels[at] = pixels[at - distance];
        }
      } else {
        for (; cacheBits > 0 && cachedTo < at; cachedTo++) {
          cache[pixels[cachedTo] * HASH >>> 32 - cacheBits] = pixels[cachedTo];
        }
        pixels[at++] = cache[symbol - LITERALS - LENGTHS];
      }
    }
    return pixels;
  }

  /** A length or distance: a symbol for its size, and bits. */
  private int extended(int symbol) {
    if (symbol < 4) {
      return symbol + 1;
    }
    int extra = symbol - 2 >> 1;
    return (2 + (symbol & 1) << extra) + in.number(extra) + 1;
  }

  private PrefixCode code(int size) {
    int[] lengths = new int[size];
    if (in.flag()) {
      boolean two = in.flag();
      int first = in.number(in.flag() ? 8 : 1);
      int second = two ? in.number(8) : first;
      if (first >= size || second >= size) {
        throw new BadImageException("corrupt WebP, bad prefix code");
      }
      lengths[first] = 1;
      lengths[second] = 1;
      return counted(PrefixCode.of(lengths, size));
    }
    int[] ofLengths = new int[LENGTH_ORDER.length];
    int given = 4 + in.number(4);
    for (int i = 0; i < given; i++) {
      ofLengths[LENGTH_ORDER[i]] = in.number(3);
    }
    lengths(PrefixCode.of(ofLengths, ofLengths.length), lengths);
    return counted(PrefixCode.of(lengths, size));
  }

  /** Bounds the tables of all codes together: a few bits can ask for many. */
  private PrefixCode counted(PrefixCode code) {
    tables += code.numbers();
    if (tables > MOST_TABLES) {
      throw new BadImageException("WebP with more than %d regions".formatted(MOST_TABLES >> 12));
    }
    return code;
  }

  private void lengths(PrefixCode code, int[] lengths) {
    int left = in.flag() ? 2 + in.number(2 + 2 * in.number(3)) : lengths.length;
    int before = 8;
    for (int i = 0; i < lengths.length && left > 0; left--) {
      int symbol = code.read(in);
      if (symbol < 16) {
        lengths[i++] = symbol;
        before = symbol == 0 ? before : symbol;
        continue;
      }
      int repeat =
          symbol == 16 ? 3 + in.number(2) : symbol == 17 ? 3 + in.number(3) : 11 + in.number(7);
      if (repeat > lengths.length - i) {
        throw new BadImageException("corrupt WebP, bad prefix code");
      }
      Arrays.fill(lengths, i, i + repeat, symbol == 16 ? before : 0);
      i += repeat;
    }
  }
}
