package io.millrace.image;

/** The two inverse transforms of VP8 (RFC 6386, section 14), in integers as libwebp has them. */
final class Vp8Transform {
  private Vp8Transform() {}

  /** Spreads the 16 numbers of a Y2 block over the first coefficients of 16 blocks. */
  static void walshHadamard(int[] in, int[] blocks) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a0 = in[i] + in[12 + i];
      int a1 = in[4 + i] + in[8 + i];
      int a2 = in[4 + i] - in[8 + i];
      int a3 = in[i] - in[12 + i];
      t[i] = a0 + a1;
      t[8 + i] = a0 - a1;
      t[4 + i] = a3 + a2;
      t[12 + i] = a3 - a2;
    }
    for (int i = 0; i < 4; i++) {
      int dc = t[4 * i] + 3;
      int a0 = dc + t[4 * i + 3];
      int a1 = t[4 * i + 1] + t[4 * i + 2];
      int a2 = t[4 * i + 1] - t[4 * i + 2];
      int a3 = dc - t[4 * i + 3];
      blocks[64 * i] = a0 + a1 >> 3;
      blocks[64 * i + 16] = a3 + a2 >> 3;
      blocks[64 * i + 32] = a0 - a1 >> 3;
      blocks[64 * i + 48] = a3 - a2 >> 3;
    }
  }

  /** Adds a block of 4 x 4 to its prediction. */
  static void add(int[] in, int from, byte[] plane, int at, int stride) {
    int[] t = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = in[from + i] + in[from + 8 + i];
      int b = in[from + i] - in[from + 8 + i];
      int c = high(in[from + 4 + i]) - low(in[from + 12 + i]);
      int d = low(in[from + 4 + i]) + high(in[from + 12 + i]);
      t[4 * i] = a + d;
      t[4 * i + 1] = b + c;
      t[4 * i + 2] = b - c;
      t[4 * i + 3] = a - d;
    }
    for (int y = 0; y < 4; y++) {
      int dc = t[y] + 4;
      int a = dc + t[8 + y];
      int b = dc - t[8 + y];
      int c = high(t[4 + y]) - low(t[12 + y]);
      int d = low(t[4 + y]) + high(t[12 + y]);
      int to = at + y * stride;
      store(plane, to, a + d);
      store(plane, to + 1, b + c);
      store(plane, to + 2, b - c);
      store(plane, to + 3, a - d);
    }
  }

  private static void store(byte[] plane, int at, int value) {
    int sum = (plane[at] & 0xff) + (value >> 3);
    plane[at] = (byte) Math.max(0, Math.min(255, sum));
  }

  /** Times sqrt(2) cos(pi / 8). */
  private static int low(int value) {
    return (value * 20091 >> 16) + value;
  }

  /** Times sqrt(2) sin(pi / 8). */
  private static int high(int value) {
    return value * 35468 >> 16;
  }
}
