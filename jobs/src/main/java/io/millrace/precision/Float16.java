package io.millrace.precision;

/** IEEE half precision: 5 bits of exponent, 10 of fraction, subnormals down to 2^-24. */
final class Float16 {
  /** Bits of 65520, from which on the nearest is infinity. */
  private static final int OVERFLOW = 0x477ff000;

  /** Bits of 2^-14, the smallest normal number. */
  private static final int NORMAL = 0x38800000;

  /** By how much the exponents of the two formats differ, as bits of fp32. */
  private static final int REBIAS = (127 - 15) << 23;

  private static final int INFINITY = 0x7f800000;
  private static final float UNITS = 1 << 24;

  private Float16() {}

  /** The bits of the nearest; a tie goes to the even one, and NaN stays NaN. */
  static short round(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int size = bits & 0x7fffffff;
    if (size > INFINITY) {
      return (short) (sign | 0x7e00);
    }
    if (size >= OVERFLOW) {
      return (short) (sign | 0x7c00);
    }
    if (size >= NORMAL) {
      int nearest = size + 0xfff + ((size >>> 13) & 1);
      return (short) (sign | ((nearest - REBIAS) >>> 13));
    }
    return (short) (sign | (int) Math.rint(Float.intBitsToFloat(size) * UNITS));
  }

  /** The same number as fp32. */
  static float widen(short half) {
    int size = half & 0x7fff;
    float value =
        size >= 0x7c00
            ? Float.intBitsToFloat(INFINITY | ((size & 0x3ff) << 13))
            : size >= 0x400 ? Float.intBitsToFloat((size << 13) + REBIAS) : size / UNITS;
    return half < 0 ? -value : value;
  }
}
