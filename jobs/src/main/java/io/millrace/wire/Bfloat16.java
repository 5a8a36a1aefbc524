package io.millrace.wire;

/** The upper half of an fp32: 8 bits of exponent, 7 of fraction. */
public final class Bfloat16 {
  private Bfloat16() {}

  /** The nearest bf16; a tie goes to the even one, and NaN stays NaN. */
  public static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) (bits >>> 16 | 0x40);
    }
    return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
  }

  /** The same number as fp32. */
  public static float widen(short value) {
    return Float.intBitsToFloat(value << 16);
  }
}
