package io.millrace.image;

/** The transforms of lossless WebP, undone (RFC 9649, section 3.5), on pixels 0xAARRGGBB. */
final class Vp8lTransforms {
  /** The 120 nearest pixels before one, the nearest first: rows up, and 8 less columns back. */
  private static final byte[] NEAREST =
      java.util.HexFormat.of()
          .parseHex(
              "1807171928062729161a262a38053739151b363a252b48044749141c353b"
                  + "464a242c58454b343c035759131d565a232d444c555b333d68026769121e"
                  + "666a222e545c434d656b323e78017779535d111f646c424e767a212f757b"
                  + "313f636d525e00747c414f1020626e30737d515f40727e616f50717f6070");

  private Vp8lTransforms() {}

  /** How far before a pixel the one lies that a distance code means. */
  static int distance(int code, int columns) {
    if (code > NEAREST.length) {
      return code - NEAREST.length;
    }
    int place = NEAREST[code - 1];
    return Math.max(1, (place >> 4) * columns + 8 - (place & 15));
  }

  static int[] addGreen(int[] pixels) {
    for (int i = 0; i < pixels.length; i++) {
      int green = pixels[i] >> 8 & 0xff;
      pixels[i] = add(pixels[i], green << 16 | green);
    }
    return pixels;
  }

  static int[] addColour(int[] pixels, int[] data, int bits, int width, int height) {
    int blocks = Vp8lDecoder.blocks(width, bits);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int factors = data[(y >> bits) * blocks + (x >> bits)];
        int at = y * width + x;
        int pixel = pixels[at];
        byte green = (byte) (pixel >> 8);
        int red = (pixel >> 16) + ((byte) factors * green >> 5) & 0xff;
        int blue =
            pixel
                    + ((byte) (factors >> 8) * green >> 5)
                    + ((byte) (factors >> 16) * (byte) red >> 5)
                & 0xff;
        pixels[at] = pixel & 0xff00ff00 | red << 16 | blue;
      }
    }
    return pixels;
  }

  /** A palette of {@code size} colours, coded as differences; those that are not given are 0. */
  static int[] palette(int[] differences, int size) {
    int[] palette = new int[Math.max(size, differences.length)];
    int colour = 0;
    for (int i = 0; i < differences.length; i++) {
      colour = add(colour, differences[i]);
      palette[i] = colour;
    }
    return palette;
  }

  /** Looks colours up whose numbers stand in green, several in a pixel. */
  static int[] look(int[] pixels, int[] palette, int bits, int width, int height) {
    int columns = Vp8lDecoder.blocks(width, bits);
    int size = 8 >> bits;
    int[] out = new int[width * height];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int packed = pixels[y * columns + (x >> bits)] >> 8 & 0xff;
        int number = packed >> size * (x & (1 << bits) - 1) & (1 << size) - 1;
        out[y * width + x] = number < palette.length ? palette[number] : 0;
      }
    }
    return out;
  }

  static int[] predict(int[] pixels, int[] data, int bits, int width, int height) {
    int blocks = Vp8lDecoder.blocks(width, bits);
    pixels[0] = add(pixels[0], 0xff000000);
    for (int x = 1; x < width; x++) {
      pixels[x] = add(pixels[x], pixels[x - 1]);
    }
    for (int y = 1; y < height; y++) {
      int row = y * width;
      pixels[row] = add(pixels[row], pixels[row - width]);
      for (int x = 1; x < width; x++) {
        int mode = data[(y >> bits) * blocks + (x >> bits)] >> 8 & 15;
        pixels[row + x] = add(pixels[row + x], predicted(mode, pixels, row + x, width));
      }
    }
    return pixels;
  }

  private static int predicted(int mode, int[] p, int at, int width) {
    int left = p[at - 1];
    int top = p[at - width];
    int topLeft = p[at - width - 1];
    int topRight = p[at - width + 1];
    return switch (mode) {
      case 1 -> left;
      case 2 -> top;
      case 3 -> topRight;
      case 4 -> topLeft;
      case 5 -> mean(mean(left, topRight), top);
      case 6 -> mean(left, topLeft);
      case 7 -> mean(left, top);
      case 8 -> mean(topLeft, top);
      case 9 -> mean(top, topRight);
      case 10 -> mean(mean(left, topLeft), mean(top, topRight));
      case 11 -> select(left, top, topLeft);
      case 12 -> each(left, top, topLeft, false);
      case 13 -> each(mean(left, top), topLeft, 0, true);
      default -> 0xff000000;
    };
  }

  /** The one of left and top that is nearer to left + top - top left. */
  private static int select(int left, int top, int topLeft) {
    int towardsLeft = 0;
    int towardsTop = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int corner = topLeft >> shift & 0xff;
      towardsLeft += Math.abs((top >> shift & 0xff) - corner);
      towardsTop += Math.abs((left >> shift & 0xff) - corner);
    }
    return towardsLeft < towardsTop ? left : top;
  }

  /** a + b - c, or a + (a - b) / 2, of each channel and in its range. */
  private static int each(int a, int b, int c, boolean half) {
    int out = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int first = a >> shift & 0xff;
      int second = b >> shift & 0xff;
      int value = half ? first + (first - second) / 2 : first + second - (c >> shift & 0xff);
      out |= Math.max(0, Math.min(255, value)) << shift;
    }
    return out;
  }

  private static int mean(int a, int b) {
    return (a & b) + (((a ^ b) & 0xfefefefe) >>> 1);
  }

  private static int add(int a, int b) {
    return (a & 0xff00ff00) + (b & 0xff00ff00) & 0xff00ff00
        | (a & 0x00ff00ff) + (b & 0x00ff00ff) & 0x00ff00ff;
  }
}
