package io.millrace.image;

/** The lightness of a colour by ITU-R BT.601, as Pillow's mode L rounds it. */
final class Luma {
  static final int RED = 19595;
  static final int GREEN = 38470;
  static final int BLUE = 7471;
  static final int HALF = 1 << 15;
  static final int SHIFT = 16;

  private Luma() {}

  /** Of levels from 0 to 255: such a level. */
  static int of(int red, int green, int blue) {
    return (RED * red + GREEN * green + BLUE * blue + HALF) >> SHIFT;
  }

  /** Of the pixel of three channels that begins at {@code at}. */
  static int at(byte[] data, int at) {
    return of(data[at] & 0xff, data[at + 1] & 0xff, data[at + 2] & 0xff);
  }
}
