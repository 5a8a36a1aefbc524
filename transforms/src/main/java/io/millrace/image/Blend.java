package io.millrace.image;

/**
 * A level moved away from or towards another: {@code base + factor * (level - base)} in float32,
 * clipped and rounded down, as Pillow's {@code Image.blend} does.
 */
final class Blend {
  private static final int TOP = 255;

  private Blend() {}

  static byte of(int base, int level, float factor) {
    float mixed = base + factor * (level - base);
    return (byte) Math.max(0, Math.min(TOP, (int) mixed));
  }
}
