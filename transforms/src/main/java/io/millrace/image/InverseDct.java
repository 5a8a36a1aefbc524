package io.millrace.image;

import java.util.Arrays;

/**
 * Inverse cosine transforms of an 8 x 8 block to 8 x 8, 4 x 4, 2 x 2 or 1 x 1 pixels, in 13-bit
 * fixed point: the arithmetic of libjpeg's accurate integer method, so that pixels are the same to
 * the bit.
 *
 * <p>Source: Christoph Loeffler, Adriaan Ligtenberg, George Moschytz, "Practical Fast 1-D DCT
 * Algorithms with 11 Multiplications", 1989. Not thread-safe.
 */
final class InverseDct {
  private static final int BITS = 13;
  private static final int KEPT = 2; // more bits between the passes

  private final int[] work = new int[64];

  /** Writes {@code size x size} pixels at {@code at} of {@code out}. */
  void transform(int[] block, int size, byte[] out, int at, int stride) {
    switch (size) {
      case 8 -> eight(block, out, at, stride);
      case 4 -> four(block, out, at, stride);
      case 2 -> two(block, out, at, stride);
      default -> flat(block[0], 1, out, at, stride);
    }
  }

  /** The same for a block whose first coefficient is its only one. */
  static void flat(int first, int size, byte[] out, int at, int stride) {
    byte level = level((first + 4) >> 3);
    for (int y = 0; y < size; y++) {
      Arrays.fill(out, at + y * stride, at + y * stride + size, level);
    }
  }

  /** Pixels are centred at 128. */
  private static byte level(int value) {
    int centred = value + 128;
    return (byte) ((centred & ~255) == 0 ? centred : ~centred >> 31);
  }

  private void eight(int[] block, byte[] out, int at, int stride) {
    for (int x = 0; x < 8; x++) {
      column(block, x);
    }
    for (int y = 0; y < 8; y++) {
      row(8 * y, out, at + y * stride);
    }
  }

  private void column(int[] b, int x) {
    int[] w = work;
    if ((b[x + 8] | b[x + 16] | b[x + 24] | b[x + 32] | b[x + 40] | b[x + 48] | b[x + 56]) == 0) {
      int flat = b[x] << KEPT;
      for (int y = 0; y < 8; y++) {
        w[8 * y + x] = flat;
      }
      return;
    }
    int even = (b[x + 16] + b[x + 48]) * 4433;
    int even2 = even - b[x + 48] * 15137;
    int even3 = even + b[x + 16] * 6270;
    int even0 = (b[x] + b[x + 32]) << BITS;
    int even1 = (b[x] - b[x + 32]) << BITS;
    int p0 = even0 + even3;
    int p3 = even0 - even3;
    int p1 = even1 + even2;
    int p2 = even1 - even2;

    int o0 = b[x + 56];
    int o1 = b[x + 40];
    int o2 = b[x + 24];
    int o3 = b[x + 8];
    int z5 = (o0 + o2 + o1 + o3) * 9633;
    int z1 = (o0 + o3) * -7373;
    int z2 = (o1 + o2) * -20995;
    int z3 = (o0 + o2) * -16069 + z5;
    int z4 = (o1 + o3) * -3196 + z5;
    int q0 = o0 * 2446 + z1 + z3;
    int q1 = o1 * 16819 + z2 + z4;
    int q2 = o2 * 25172 + z2 + z3;
    int q3 = o3 * 12299 + z1 + z4;

    int half = 1 << (BITS - KEPT - 1);
    w[x] = (p0 + q3 + half) >> (BITS - KEPT);
    w[x + 56] = (p0 - q3 + half) >> (BITS - KEPT);
    w[x + 8] = (p1 + q2 + half) >> (BITS - KEPT);
    w[x + 48] = (p1 - q2 + half) >> (BITS - KEPT);
    w[x + 16] = (p2 + q1 + half) >> (BITS - KEPT);
    w[x + 40] = (p2 - q1 + half) >> (BITS - KEPT);
    w[x + 24] = (p3 + q0 + half) >> (BITS - KEPT);
    w[x + 32] = (p3 - q0 + half) >> (BITS - KEPT);
  }

  private void row(int y, byte[] out, int at) {
    int[] w = work;
    int even = (w[y + 2] + w[y + 6]) * 4433;
    int even2 = even - w[y + 6] * 15137;
    int even3 = even + w[y + 2] * 6270;
    int even0 = (w[y] + w[y + 4]) << BITS;
    int even1 = (w[y] - w[y + 4]) << BITS;

    int o0 = w[y + 7];
    int o1 = w[y + 5];
    int o2 = w[y + 3];
    int o3 = w[y + 1];
    int z5 = (o0 + o2 + o1 + o3) * 9633;
    int z1 = (o0 + o3) * -7373;
    int z2 = (o1 + o2) * -20995;
    int z3 = (o0 + o2) * -16069 + z5;
    int z4 = (o1 + o3) * -3196 + z5;
    int q0 = o0 * 2446 + z1 + z3;
    int q1 = o1 * 16819 + z2 + z4;
    int q2 = o2 * 25172 + z2 + z3;
    int q3 = o3 * 12299 + z1 + z4;

    int shift = BITS + KEPT + 3;
    int half = 1 << (shift - 1);
    int p0 = even0 + even3 + half;
    int p3 = even0 - even3 + half;
    int p1 = even1 + even2 + half;
    int p2 = even1 - even2 + half;
    out[at] = level((p0 + q3) >> shift);
    out[at + 7] = level((p0 - q3) >> shift);
    out[at + 1] = level((p1 + q2) >> shift);
    out[at + 6] = level((p1 - q2) >> shift);
    out[at + 2] = level((p2 + q1) >> shift);
    out[at + 5] = level((p2 - q1) >> shift);
    out[at + 3] = level((p3 + q0) >> shift);
    out[at + 4] = level((p3 - q0) >> shift);
  }

  private void four(int[] b, byte[] out, int at, int stride) {
    int[] w = work;
    int shift = BITS - KEPT + 1;
    int half = 1 << (shift - 1);
    for (int x = 0; x < 8; x++) {
      if (x == 4) {
        continue; // not part of a 4-point transform
      }
      int even0 = b[x] << (BITS + 1);
      int even2 = b[x + 16] * 15137 - b[x + 48] * 6270;
      int q0 = b[x + 56] * -1730 + b[x + 40] * 11893 + b[x + 24] * -17799 + b[x + 8] * 8697;
      int q2 = b[x + 56] * -4176 + b[x + 40] * -4926 + b[x + 24] * 7373 + b[x + 8] * 20995;
      w[x] = (even0 + even2 + q2 + half) >> shift;
      w[x + 24] = (even0 + even2 - q2 + half) >> shift;
      w[x + 8] = (even0 - even2 + q0 + half) >> shift;
      w[x + 16] = (even0 - even2 - q0 + half) >> shift;
    }
    int last = BITS + KEPT + 4;
    int lastHalf = 1 << (last - 1);
    for (int i = 0; i < 4; i++) {
      int y = 8 * i;
      int to = at + i * stride;
      int even0 = (w[y] << (BITS + 1)) + lastHalf;
      int even2 = w[y + 2] * 15137 - w[y + 6] * 6270;
      int q0 = w[y + 7] * -1730 + w[y + 5] * 11893 + w[y + 3] * -17799 + w[y + 1] * 8697;
      int q2 = w[y + 7] * -4176 + w[y + 5] * -4926 + w[y + 3] * 7373 + w[y + 1] * 20995;
      out[to] = level((even0 + even2 + q2) >> last);
      out[to + 3] = level((even0 + even2 - q2) >> last);
      out[to + 1] = level((even0 - even2 + q0) >> last);
      out[to + 2] = level((even0 - even2 - q0) >> last);
    }
  }

  private void two(int[] b, byte[] out, int at, int stride) {
    int[] w = work;
    int shift = BITS - KEPT + 2;
    int half = 1 << (shift - 1);
    for (int x = 0; x < 8; x += x == 0 ? 1 : 2) { // 0, 1, 3, 5, 7
      int even = (b[x] << (BITS + 2)) + half;
      int odd = b[x + 56] * -5906 + b[x + 40] * 6967 + b[x + 24] * -10426 + b[x + 8] * 29692;
      w[x] = (even + odd) >> shift;
      w[x + 8] = (even - odd) >> shift;
    }
    int last = BITS + KEPT + 5;
    for (int i = 0; i < 2; i++) {
      int y = 8 * i;
      int even = (w[y] << (BITS + 2)) + (1 << (last - 1));
      int odd = w[y + 7] * -5906 + w[y + 5] * 6967 + w[y + 3] * -10426 + w[y + 1] * 29692;
      out[at + i * stride] = level((even + odd) >> last);
      out[at + i * stride + 1] = level((even - odd) >> last);
    }
  }
}
