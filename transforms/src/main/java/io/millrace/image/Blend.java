package io.millrace.image;

/**
 * A level moved away from or towards another: {@code base + factor * (level - base)} in float32,
 * clipped and rounded down, as Pillow's {@code Image.blend} does.
 */
final class Blend {
  /** Length of a {@link #fill} table: the JIT leaves out its checks where it sees it made. */
  static final int TABLE = 512;

  private static final int TOP = 255;
  private static final int LEVELS = 256;

  /** Bits of a sum's fraction; the ten above them are its whole part, counted from -256 on. */
  private static final int FRACTION = 22;

  private static final byte[] CLIPPED = clipped();

  private Blend() {}

  private static byte[] clipped() {
    byte[] clipped = new byte[1 << Integer.SIZE - FRACTION];
    for (int i = 0; i < clipped.length; i++) {
      clipped[i] = clip(i - LEVELS);
    }
    return clipped;
  }

  private static byte clip(int level) {
    return (byte) Math.max(0, Math.min(TOP, level));
  }

  static byte of(int base, int level, float factor) {
    return clip((int) (base + factor * (level - base)));
  }

  /** The same byte by the factor's table, for more levels than it has. */
  static byte of(int base, int level, int[] table) {
    return CLIPPED[(base + LEVELS << FRACTION) + base + table[level - base + TOP] >>> FRACTION];
  }

  /** Makes the table of a factor: what a level adds to its base, by their difference from -255. */
  static void fill(int[] table, float factor) {
    for (int i = 0; i < table.length; i++) {
      table[i] = added(factor * (i - TOP));
    }
  }

  /**
   * The whole part, and a fraction to which the base is added too. It carries from that base on
   * whose sum float32 rounds up to a whole number; it does so with larger sums all the more.
   */
  private static int added(float move) {
    int whole = Math.max(-TOP, Math.min(TOP, (int) Math.floor(move)));
    int carrying = LEVELS;
    if ((int) (TOP + move) > TOP + whole) {
      carrying = -whole;
      while ((int) (carrying + move) == carrying + whole) {
        carrying++;
      }
    }
    return (whole + 1 << FRACTION) - carrying;
  }
}
