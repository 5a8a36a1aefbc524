package io.millrace.image;

/**
 * A level moved away from or towards another: {@code base + factor * (level - base)} in float32,
 * clipped and rounded down, as Pillow's {@code Image.blend} does.
 */
final class Blend {
  private static final int TOP = 255;

  /** A sum below 256 is rounded in float32 by less than this. */
  private static final float ROUNDING = 0x1p-16f;

  private final float factor;
  private final int[] moves;

  /** With one factor for many levels. */
  Blend(float factor) {
    this.factor = factor;
    this.moves = moves(factor);
  }

  /**
   * Whole parts of {@code factor * difference}, from -255 to 255; null where one of them lies so
   * near below a whole number that a sum with it may round up to the next.
   */
  private static int[] moves(float factor) {
    int[] moves = new int[2 * TOP + 1];
    for (int i = 0; i < moves.length; i++) {
      float move = factor * (i - TOP);
      moves[i] = (int) Math.floor(move);
      if (move - moves[i] > 1 - ROUNDING) {
        return null;
      }
    }
    return moves;
  }

  /** The same as {@link #of(int, int, float)}. */
  byte of(int base, int level) {
    return moves == null
        ? of(base, level, factor)
        : (byte) Math.max(0, Math.min(TOP, base + moves[level - base + TOP]));
  }

  static byte of(int base, int level, float factor) {
    float mixed = base + factor * (level - base);
    return (byte) Math.max(0, Math.min(TOP, (int) mixed));
  }
}
