package io.millrace.image;

/**
 * The first picture of a GIF. What it does not cover of the screen has the transparent colour, else
 * the first; transparency itself is dropped, as Pillow does for RGB.
 *
 * <p>Source: CompuServe, "Graphics Interchange Format, Version 89a", 1990.
 */
final class GifFile {
  /** A code of 12 bits stands for at most as many pixels as there are codes. */
  private static final int MOST_PIXELS_A_BYTE = (1 << 12) * 8 / 12;

  private static final int EXTENSION = 0x21;
  private static final int PICTURE = 0x2c;
  private static final int END = 0x3b;
  private static final int GRAPHIC_CONTROL = 0xf9;

  /** First row and row step of each pass. */
  private static final int[][] INTERLACED = {{0, 8}, {4, 8}, {2, 4}, {1, 2}};

  private static final int[][] IN_ORDER = {{0, 1}};

  private final ByteReader in;
  private int[] palette = greys();
  private int transparent;
  private int width;
  private int height;
  private int left;
  private int top;
  private int pictureWidth;
  private int pictureHeight;
  private boolean interlaced;
  private int data;

  private GifFile(ByteReader in) {
    this.in = in;
    width = (int) in.number(6, 2, true);
    height = (int) in.number(8, 2, true);
    int at = palette(13, in.u8(10));
    while (in.u8(at) != PICTURE) {
      if (in.u8(at) == END) {
        throw new BadImageException("corrupt GIF, it has no picture");
      }
      at = in.u8(at) == EXTENSION ? extension(at + 1) : at + 1;
    }
    left = (int) in.number(at + 1, 2, true);
    top = (int) in.number(at + 3, 2, true);
    pictureWidth = (int) in.number(at + 5, 2, true);
    pictureHeight = (int) in.number(at + 7, 2, true);
    width = Math.max(width, left + pictureWidth);
    height = Math.max(height, top + pictureHeight);
    int flags = in.u8(at + 9);
    interlaced = (flags & 0x40) != 0;
    data = palette(at + 10, flags);
  }

  /** Takes a palette, if the flags say that there is one; returns where it ends. */
  private int palette(int at, int flags) {
    if ((flags & 0x80) == 0) {
      return at;
    }
    int colours = 2 << (flags & 7);
    ByteReader bytes = in.slice(at, 3 * colours);
    int[] given = new int[256];
    boolean grey = true;
    for (int i = 0; i < colours; i++) {
      given[i] = (int) bytes.number(3 * i, 3, false);
      grey &= given[i] == i * 0x010101;
    }
    palette = grey ? greys() : given; // a row of greys goes on behind its end
    return at + 3 * colours;
  }

  private static int[] greys() {
    int[] greys = new int[256];
    java.util.Arrays.setAll(greys, i -> i * 0x010101);
    return greys;
  }

  private int extension(int at) {
    int size = in.u8(at + 1);
    if (in.u8(at) == GRAPHIC_CONTROL && size >= 4 && (in.u8(at + 2) & 1) != 0) {
      transparent = in.u8(at + 5);
    }
    int next = at + 1;
    while (in.u8(next) != 0) {
      next += 1 + in.u8(next);
    }
    return next + 1;
  }

  static ImageHeader header(ByteReader in) {
    GifFile file = new GifFile(in);
    ImageHeader.checkSize(file.height, file.width);
    long pixels = (long) file.pictureWidth * file.pictureHeight;
    ImageHeader.checkData(file.height, file.width, pixels, in.length(), MOST_PIXELS_A_BYTE);
    return new ImageHeader(ImageFormat.GIF, file.width, file.height, 3, 1, 2L * in.length());
  }

  static void decode(ByteReader in, int channels, PixelBuffer out) {
    GifFile file = new GifFile(in);
    out.reshape(file.height, file.width, channels);
    if (file.pictureWidth < file.width || file.pictureHeight < file.height) {
      int background = file.palette[file.transparent];
      for (int i = 0; i < file.width * file.height; i++) {
        ColourSpace.put(out, i, background);
      }
    }
    file.pixels(out);
  }

  private void pixels(PixelBuffer out) {
    int bits = in.u8(data);
    LzwReader codes = LzwReader.ofGif(in, data + 1, bits);
    byte[] row = new byte[pictureWidth];
    for (int[] pass : interlaced ? INTERLACED : IN_ORDER) {
      for (int y = pass[0]; y < pictureHeight; y += pass[1]) {
        if (codes.read(row, 0, pictureWidth) < pictureWidth) {
          throw new BadImageException("corrupt GIF, too little pixel data");
        }
        int to = (top + y) * width + left;
        for (int x = 0; x < pictureWidth; x++) {
          ColourSpace.put(out, to + x, palette[row[x] & 0xff]);
        }
      }
    }
  }
}
