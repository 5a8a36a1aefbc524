package io.millrace.image;

import java.util.Arrays;

/**
 * The coefficients of a macroblock, multiplied by their quantisers (RFC 6386, sections 13 and 14):
 * 16 blocks of luma, 4 of each chroma, of 16 numbers each. Not thread-safe.
 */
final class Vp8Coefficients {
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};
  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[][] LARGE = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };
  private static final int COLUMN = 9;
  private static final int Y2 = 8;

  final int[] blocks = new int[24 * 16];

  private final int[] dc = new int[16];
  private final int[] tokens;

  /** Whether blocks above have coefficients: 4 of luma, 2 of each chroma, one of Y2. */
  private final int[] above;

  private final int[] left = new int[COLUMN];

  Vp8Coefficients(Vp8Header header, int columns) {
    tokens = header.tokens;
    above = new int[COLUMN * columns];
  }

  void startRow() {
    Arrays.fill(left, 0);
  }

  /** A macroblock without coefficients. */
  void skip(int column, boolean parts) {
    int count = parts ? Y2 : COLUMN; // one in parts says nothing of Y2
    Arrays.fill(left, 0, count, 0);
    Arrays.fill(above, COLUMN * column, COLUMN * column + count, 0);
  }

  /** Reads a macroblock; false if all its coefficients are zero. */
  boolean read(BoolReader in, int column, boolean parts, Vp8Header.Quantisers quantisers) {
    int[][] factors = quantisers.factors();
    int top = COLUMN * column;
    Arrays.fill(blocks, 0);
    int kind = Vp8Header.Y;
    if (!parts) {
      kind = Vp8Header.Y_AFTER_Y2;
      Arrays.fill(dc, 0);
      int context = above[top + Y2] + left[Y2];
      int count = block(in, Vp8Header.Y2, context, factors[Vp8Header.Y2], 0, dc, 0);
      above[top + Y2] = left[Y2] = count > 0 ? 1 : 0;
      Vp8Transform.walshHadamard(dc, blocks);
    }
    boolean any = plane(in, kind, factors[kind], top, 0, 4, 0);
    any |= plane(in, Vp8Header.CHROMA, factors[Vp8Header.CHROMA], top, 4, 2, 16);
    any |= plane(in, Vp8Header.CHROMA, factors[Vp8Header.CHROMA], top, 6, 2, 20);
    if (in.ended()) {
      throw new BadImageException("corrupt WebP, too little pixel data");
    }
    return any;
  }

  private boolean plane(
      BoolReader in, int kind, int[] factors, int top, int slot, int size, int firstBlock) {
    int first = kind == Vp8Header.Y_AFTER_Y2 ? 1 : 0;
    boolean any = false;
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        int at = 16 * (firstBlock + y * size + x);
        int context = above[top + slot + x] + left[slot + y];
        int count = block(in, kind, context, factors, first, blocks, at);
        above[top + slot + x] = left[slot + y] = count > first ? 1 : 0;
        any |= count > 1 || blocks[at] != 0;
      }
    }
    return any;
  }

  /** Reads a block and returns the place behind its last coefficient. */
  private int block(
      BoolReader in, int kind, int context, int[] factors, int first, int[] out, int at) {
    int n = first;
    int p = probabilities(kind, n, context);
    while (n < 16 && in.bit(tokens[p]) == 1) {
      while (in.bit(tokens[p + 1]) == 0) {
        if (++n == 16) {
          return 16;
        }
        p = probabilities(kind, n, 0);
      }
      int value = in.bit(tokens[p + 2]) == 0 ? 1 : large(in, p);
      out[at + ZIGZAG[n]] = (in.flag() ? -value : value) * factors[n > 0 ? 1 : 0];
      p = probabilities(kind, n + 1, value == 1 ? 1 : 2);
      n++;
    }
    return n;
  }

  private static int probabilities(int kind, int n, int context) {
    return ((kind * 8 + BANDS[n]) * 3 + context) * Vp8Tables.TOKEN_PROBABILITIES;
  }

  private int large(BoolReader in, int p) {
    if (in.bit(tokens[p + 3]) == 0) {
      return in.bit(tokens[p + 4]) == 0 ? 2 : 3 + in.bit(tokens[p + 5]);
    }
    if (in.bit(tokens[p + 6]) == 0) {
      return in.bit(tokens[p + 7]) == 0 ? 5 + in.bit(159) : 7 + 2 * in.bit(165) + in.bit(145);
    }
    int high = in.bit(tokens[p + 8]);
    int category = 2 * high + in.bit(tokens[p + 9 + high]);
    int extra = 0;
    for (int probability : LARGE[category]) {
      extra = 2 * extra + in.bit(probability);
    }
    return 3 + (8 << category) + extra;
  }
}
