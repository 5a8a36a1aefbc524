package io.millrace.image;

/**
 * The first image of a TIFF: grey, RGB, palette and CMYK of 8 bits and 16, grey and palettes of
 * less, in strips or tiles, not packed or by LZW, Deflate or PackBits. Of 16 bits the high byte is
 * kept, alpha is dropped. All else is refused by name.
 *
 * <p>Source: Adobe, "TIFF Revision 6.0", 1992.
 */
final class TiffFile {
  private static final int WHITE_IS_ZERO = 0;
  private static final int BLACK_IS_ZERO = 1;
  private static final int RGB = 2;
  private static final int LOOKED_UP = 3;
  private static final int CMYK = 5;

  private final ByteReader in;
  private final TiffDirectory tags;
  private final int width;
  private final int height;
  private final int bits;
  private final int samples;
  private final int kind;
  private final boolean separate;
  private final boolean tiled;
  private final int partWidth;
  private final int partHeight;
  private final boolean multiplied;
  private int[] palette = new int[0];

  private TiffFile(ByteReader in) {
    this.in = in;
    tags = new TiffDirectory(in);
    width = tags.value(TiffDirectory.WIDTH, 0);
    height = tags.value(TiffDirectory.HEIGHT, 0);
    ImageHeader.checkSize(height, width);
    samples = tags.value(TiffDirectory.SAMPLES, 0, 1);
    bits = tags.value(TiffDirectory.BITS, 0, 1);
    kind = tags.value(TiffDirectory.COLOURS, 0, BLACK_IS_ZERO);
    separate = tags.value(TiffDirectory.PLANES, 0, 1) == 2 && samples > 1;
    tiled = tags.count(TiffDirectory.TILES) > 0;
    partWidth = tiled ? tags.value(TiffDirectory.TILE_WIDTH, 0) : width;
    int rows = tiled ? TiffDirectory.TILE_HEIGHT : TiffDirectory.STRIP_ROWS;
    int given = tags.value(rows, 0, height);
    partHeight = tiled ? given : Math.min(height, given);
    multiplied = tags.value(TiffDirectory.EXTRA, 0, 0) == 1;
    checkKind();
    TiffParts.checkPacking(tags);
    ImageHeader.checkSize(partHeight, partWidth);
    long coded = (long) width * height * samples * bits / 8;
    ImageHeader.checkData(height, width, coded, in.length(), TiffParts.mostBytesAByte(tags));
  }

  private void checkKind() {
    int colours = kind == RGB ? 3 : kind == CMYK ? 4 : 1;
    boolean known = kind <= LOOKED_UP || kind == CMYK;
    boolean deep = bits == 8 || bits == 16 && kind != LOOKED_UP && kind != CMYK;
    boolean small = (bits == 1 || bits == 2 || bits == 4) && colours == 1 && samples == 1;
    boolean whole = tags.value(TiffDirectory.NUMBER_KIND, 0, 1) == 1;
    if (!known || !deep && !small || samples < colours || samples > colours + 4 || !whole) {
      String[] names = {"grey", "grey", "RGB", "palette", "mask", "CMYK", "YCbCr", "", "CIELab"};
      String name = kind < names.length ? names[kind] : "colours of kind " + kind;
      throw new BadImageException(
          "TIFF, %s of %d x %d %sbits (must be grey, RGB, palette or CMYK, of 8 bits, or 16)"
              .formatted(name, samples, bits, whole ? "" : "signed or floating "));
    }
    for (int i = 1; i < tags.count(TiffDirectory.BITS); i++) {
      if (tags.value(TiffDirectory.BITS, i) != bits) {
        throw new BadImageException("TIFF of several depths (must be one)");
      }
    }
  }

  static ImageHeader header(ByteReader in) {
    TiffFile file = new TiffFile(in);
    int channels = file.kind <= BLACK_IS_ZERO ? 1 : 3;
    int orientation = file.tags.metadata().orientation();
    long part = file.planeBytes() * (file.separate ? file.samples : 1L);
    long scratch = 2 * part + 2L * in.length();
    return new ImageHeader(
        ImageFormat.TIFF, file.width, file.height, channels, orientation, scratch);
  }

  private long rowBytes() {
    return ((long) partWidth * (separate ? 1 : samples) * bits + 7) / 8;
  }

  private long planeBytes() {
    return rowBytes() * partHeight;
  }

  static void decode(ByteReader in, int channels, PixelBuffer out) {
    TiffFile file = new TiffFile(in);
    out.reshape(file.height, file.width, channels);
    file.read(out);
  }

  private void read(PixelBuffer out) {
    if (planeBytes() > Integer.MAX_VALUE - 8) {
      throw new BadImageException("TIFF with parts of %d bytes".formatted(planeBytes()));
    }
    palette = palette();
    int planes = separate ? samples : 1;
    byte[][] plane = new byte[planes][(int) planeBytes()];
    int across = (width + partWidth - 1) / partWidth;
    int down = (height + partHeight - 1) / partHeight;
    TiffParts parts = new TiffParts(in, tags, tiled, (int) rowBytes(), separate ? 1 : samples);
    for (int i = 0; i < across * down; i++) {
      int top = i / across * partHeight;
      int left = i % across * partWidth;
      int rows = tiled ? partHeight : Math.min(partHeight, height - top);
      for (int p = 0; p < planes; p++) {
        parts.read(p * across * down + i, rows, plane[p]);
      }
      write(plane, left, top, out);
    }
  }

  private void write(byte[][] plane, int left, int top, PixelBuffer out) {
    int[] values = new int[samples];
    int most = (1 << Math.min(8, bits)) - 1;
    for (int y = 0; y < Math.min(partHeight, height - top); y++) {
      for (int x = 0; x < Math.min(partWidth, width - left); x++) {
        for (int s = 0; s < samples; s++) {
          values[s] = separate ? value(plane[s], y, x) : value(plane[0], y, x * samples + s);
        }
        ColourSpace.put(out, (top + y) * width + left + x, colour(values, most));
      }
    }
  }

  /** A sample; of 16 bits the high byte. */
  private int value(byte[] data, int y, int x) {
    int row = y * (int) rowBytes();
    if (bits == 16) {
      return data[row + 2 * x + (tags.littleEndian() ? 1 : 0)] & 0xff;
    }
    int bit = x * bits;
    return (data[row + (bit >> 3)] & 0xff) >> 8 - bits - (bit & 7) & (1 << bits) - 1;
  }

  private int colour(int[] v, int most) {
    return switch (kind) {
      case WHITE_IS_ZERO -> (most - v[0]) * 255 / most * 0x010101;
      case BLACK_IS_ZERO -> v[0] * 255 / most * 0x010101;
      case LOOKED_UP -> palette[v[0]];
      case CMYK -> ColourSpace.cmyk(v[0], v[1], v[2], v[3]);
      default -> multiplied && samples > 3 ? divided(v) : v[0] << 16 | v[1] << 8 | v[2];
    };
  }

  /** All reds of 16 bits, then all greens, then all blues; the high bytes count. */
  private int[] palette() {
    int size = 1 << bits;
    int[] palette = new int[kind == LOOKED_UP ? size : 0];
    for (int i = 0; i < 3 * palette.length; i++) {
      int value = tags.value(TiffDirectory.PALETTE, i) >> 8 & 0xff;
      palette[i % size] = palette[i % size] << 8 | value;
    }
    return palette;
  }

  /** Colours that were multiplied by their alpha. */
  private static int divided(int[] v) {
    int rgb = 0;
    for (int i = 0; i < 3; i++) {
      rgb = rgb << 8 | (v[3] == 0 ? 0 : Math.min(255, v[i] * 255 / v[3]));
    }
    return rgb;
  }
}
