package io.millrace.image;

/**
 * Windows and OS/2 bitmaps of 1, 4, 8, 16, 24 and 32 bits, packed in runs or not; alpha is dropped.
 *
 * <p>Source: Microsoft, "Bitmap Storage". Differs from it: five and six bits become eight as in
 * Pillow, by {@code v * 255 / 31} cut off.
 */
final class BmpFile {
  private static final int OS2_HEADER = 12;
  private static final int INFO_HEADER = 40;
  private static final int PLAIN = 0;
  private static final int RUNS_8 = 1;
  private static final int RUNS_4 = 2;
  private static final int FIELDS = 3;

  private final ByteReader in;
  private final int headerSize;
  private final int width;
  private final int height;
  private final boolean downwards;
  private final int bits;
  private final int packing;
  private final int pixels;
  private final int[] palette = new int[256];

  /** Where red, green and blue stand in a pixel of 16 or 32 bits. */
  private int[] shifts;

  private int greenBits = 5;

  private BmpFile(ByteReader in) {
    this.in = in;
    headerSize = (int) Math.min(Integer.MAX_VALUE, in.number(14, 4, true));
    boolean old = headerSize == OS2_HEADER;
    int signedHeight = old ? (int) in.number(20, 2, true) : (int) in.number(22, 4, true);
    width = (int) in.number(18, old ? 2 : 4, true);
    downwards = signedHeight < 0;
    height = Math.abs(signedHeight);
    ImageHeader.checkSize(height, width);
    bits = (int) in.number(old ? 24 : 28, 2, true);
    packing = old ? PLAIN : (int) in.number(30, 4, true);
    boolean runs = packing == RUNS_8 && bits == 8 || packing == RUNS_4 && bits == 4;
    boolean known = bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
    if (!known || !runs && packing != PLAIN && (packing != FIELDS || bits < 16)) {
      throw new BadImageException(
          "BMP of %d bits, packed in way %d (must be 1 to 32 bits, plain or in runs)"
              .formatted(bits, packing));
    }
    fields();
    pixels = bits <= 8 ? palette(old) : (int) Math.min(Integer.MAX_VALUE, in.number(10, 4, true));
    checkData(runs);
  }

  private void fields() {
    shifts = bits == 16 ? new int[] {10, 5, 0} : new int[] {16, 8, 0};
    if (packing != FIELDS) {
      return;
    }
    long[] masks = new long[3];
    for (int i = 0; i < 3; i++) {
      masks[i] = in.number(54 + 4 * i, 4, true);
      shifts[i] = masks[i] == 0 ? shifts[i] : Long.numberOfTrailingZeros(masks[i]);
    }
    boolean wide = true;
    for (int i = 0; i < 3; i++) {
      wide &= masks[i] == 0xffL << shifts[i] && shifts[i] % 8 == 0;
    }
    boolean none = masks[0] == 0 && masks[1] == 0 && masks[2] == 0;
    boolean five = masks[0] == 0x7c00 && masks[1] == 0x3e0 && masks[2] == 0x1f;
    boolean six = masks[0] == 0xf800 && masks[1] == 0x7e0 && masks[2] == 0x1f;
    if (bits == 16 ? !five && !six : !wide && !none) {
      throw new BadImageException(
          "BMP with fields %x, %x, %x (must be 8 bits, 5-5-5 or 5-6-5)"
              .formatted(masks[0], masks[1], masks[2]));
    }
    greenBits = six ? 6 : 5;
  }

  /** Takes the palette; returns where the pixels start. */
  private int palette(boolean old) {
    int bytes = old ? 3 : 4;
    long given = old ? 0 : in.number(46, 4, true);
    long colours = given == 0 ? 1 << bits : given;
    int at = 14 + headerSize;
    long start = in.number(10, 4, true);
    if (start == at) {
      start += bytes * colours; // some writers forget the palette
    }
    boolean grey = true;
    for (int i = 0; i < Math.min(256, colours); i++) {
      palette[i] = (int) in.number(at + bytes * i, 3, true);
      grey &= palette[i] == i * 0x010101;
    }
    if (grey && bits == 8) { // then it goes on behind its end
      java.util.Arrays.setAll(palette, i -> i * 0x010101);
    }
    return (int) Math.min(Integer.MAX_VALUE, start);
  }

  private void checkData(boolean runs) {
    if (runs) {
      ImageHeader.checkData(height, width, (long) width * height, in.length(), 255);
      return;
    }
    long needed = pixels + stride() * (height - 1) + ((long) width * bits + 7) / 8;
    if (needed > in.length()) {
      throw new BadImageException("truncated BMP, %d bytes of %d".formatted(in.length(), needed));
    }
  }

  private long stride() {
    return ((long) width * bits + 31) / 32 * 4;
  }

  static ImageHeader header(ByteReader in) {
    BmpFile file = new BmpFile(in);
    long indices = file.packing == PLAIN ? 0 : (long) file.width * file.height;
    return new ImageHeader(ImageFormat.BMP, file.width, file.height, 3, 1, indices);
  }

  static void decode(ByteReader in, int channels, PixelBuffer out) {
    BmpFile file = new BmpFile(in);
    out.reshape(file.height, file.width, channels);
    if (file.packing == RUNS_8 || file.packing == RUNS_4) {
      byte[] indices =
          BmpRuns.read(in, file.pixels, file.width, file.height, file.packing == RUNS_4);
      file.write(out, (x, y) -> file.palette[indices[y * file.width + x] & 0xff]);
    } else {
      long stride = file.stride();
      file.write(out, (x, y) -> file.colour((int) (file.pixels + stride * y), x));
    }
  }

  /** Colours of pixels; rows count from the first in the file. */
  private interface Colours {
    int at(int x, int y);
  }

  private void write(PixelBuffer out, Colours colours) {
    for (int y = 0; y < height; y++) {
      int row = downwards ? y : height - 1 - y;
      for (int x = 0; x < width; x++) {
        ColourSpace.put(out, row * width + x, colours.at(x, y));
      }
    }
  }

  private int colour(int row, int x) {
    if (bits <= 8) {
      int bit = x * bits;
      int value = in.u8(row + (bit >> 3)) >> 8 - bits - (bit & 7) & (1 << bits) - 1;
      return palette[value];
    }
    long pixel = in.number(row + x * (bits / 8), bits / 8, true);
    if (bits == 16) {
      int red = (int) (pixel >> greenBits + 5 & 31) * 255 / 31;
      int green = (int) (pixel >> 5 & (1 << greenBits) - 1) * 255 / ((1 << greenBits) - 1);
      return red << 16 | green << 8 | (int) (pixel & 31) * 255 / 31;
    }
    int red = (int) (pixel >> shifts[0]) & 0xff;
    int green = (int) (pixel >> shifts[1]) & 0xff;
    return red << 16 | green << 8 | (int) (pixel >> shifts[2]) & 0xff;
  }

  /** Whether what follows on "BM" is a header of a size that there is. */
  static boolean starts(ByteReader in) {
    if (!in.startsWith("BM") || in.length() < 18) {
      return false;
    }
    long size = in.number(14, 4, true);
    return size == OS2_HEADER
        || size == INFO_HEADER
        || size == 52
        || size == 56
        || size == 64
        || size == 108
        || size == 124;
  }
}
