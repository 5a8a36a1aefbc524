package io.millrace.image;

/**
 * The loop filter of VP8 (RFC 6386, section 15), which smooths the edges of blocks where the step
 * is small. Runs over the whole frame once it is predicted.
 */
final class Vp8LoopFilter {
  private final boolean simple;
  private final int sharpness;
  private int limit;
  private int interior;
  private int highVariance;

  Vp8LoopFilter(Vp8Header header) {
    simple = header.simpleFilter;
    sharpness = header.sharpness;
  }

  /**
   * Filters the edges of a macroblock of luma, and of its chroma.
   *
   * @param level strength, above 0
   * @param inner whether the edges inside are filtered too
   */
  void filter(Vp8Plane[] planes, int column, int row, int level, boolean inner) {
    interior = interior(level);
    limit = 2 * level + interior;
    highVariance = level >= 40 ? 2 : level >= 15 ? 1 : 0;
    for (int i = 0; i < (simple ? 1 : 3); i++) {
      int size = i == 0 ? 16 : 8;
      Vp8Plane plane = planes[i];
      int at = plane.at(column * size, row * size);
      edges(plane.data, at, 1, plane.stride, size, column > 0, inner);
      edges(plane.data, at, plane.stride, 1, size, row > 0, inner);
    }
  }

  private int interior(int level) {
    int limit = sharpness == 0 ? level : level >> (sharpness > 4 ? 2 : 1);
    return Math.max(1, sharpness == 0 ? limit : Math.min(limit, 9 - sharpness));
  }

  /** Edges across {@code step}: the first one is a macroblock's. */
  private void edges(
      byte[] p, int at, int step, int along, int size, boolean first, boolean inner) {
    int parts = inner ? size : 1;
    for (int edge = first ? 0 : 4; edge < parts; edge += 4) {
      for (int i = 0; i < size; i++) {
        int pixel = at + edge * step + i * along;
        if (simple) {
          simple(p, pixel, step, edge == 0 ? limit + 4 : limit);
        } else {
          normal(p, pixel, step, edge == 0);
        }
      }
    }
  }

  private static void simple(byte[] p, int at, int step, int limit) {
    if (steps(p, at, step) <= 2 * limit + 1) {
      two(p, at, step);
    }
  }

  private void normal(byte[] p, int at, int step, boolean macroblock) {
    int most = 2 * (macroblock ? limit + 4 : limit) + 1;
    if (steps(p, at, step) > most || !smooth(p, at, step)) {
      return;
    }
    if (step(p, at - 2 * step, at - step) > highVariance || step(p, at + step, at) > highVariance) {
      two(p, at, step);
    } else if (macroblock) {
      six(p, at, step);
    } else {
      four(p, at, step);
    }
  }

  private static int steps(byte[] p, int at, int step) {
    return 4 * step(p, at - step, at) + step(p, at - 2 * step, at + step);
  }

  private boolean smooth(byte[] p, int at, int step) {
    return step(p, at - 4 * step, at - 3 * step) <= interior
        && step(p, at - 3 * step, at - 2 * step) <= interior
        && step(p, at - 2 * step, at - step) <= interior
        && step(p, at + 3 * step, at + 2 * step) <= interior
        && step(p, at + 2 * step, at + step) <= interior
        && step(p, at + step, at) <= interior;
  }

  private static int step(byte[] p, int a, int b) {
    return Math.abs((p[a] & 0xff) - (p[b] & 0xff));
  }

  private static void two(byte[] p, int at, int step) {
    int a = 3 * minus(p, at, at - step) + signed(minus(p, at - 2 * step, at + step));
    add(p, at - step, narrow(a + 3));
    add(p, at, -narrow(a + 4));
  }

  private static void four(byte[] p, int at, int step) {
    int a = 3 * minus(p, at, at - step);
    int inner = narrow(a + 4);
    int outer = inner + 1 >> 1;
    add(p, at - 2 * step, outer);
    add(p, at - step, narrow(a + 3));
    add(p, at, -inner);
    add(p, at + step, -outer);
  }

  private static void six(byte[] p, int at, int step) {
    int a = signed(3 * minus(p, at, at - step) + signed(minus(p, at - 2 * step, at + step)));
    for (int i = 0; i < 3; i++) {
      int change = 9 * (3 - i) * a + 63 >> 7;
      add(p, at - (i + 1) * step, change);
      add(p, at + i * step, -change);
    }
  }

  private static int minus(byte[] p, int a, int b) {
    return (p[a] & 0xff) - (p[b] & 0xff);
  }

  /** An eighth, in 5 bits. */
  private static int narrow(int value) {
    return Math.max(-16, Math.min(15, value >> 3));
  }

  private static int signed(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static void add(byte[] p, int at, int value) {
    p[at] = (byte) Math.max(0, Math.min(255, (p[at] & 0xff) + value));
  }
}
