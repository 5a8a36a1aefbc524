package io.millrace.image;

/**
 * The modes of parts of 4 x 4 that follow a direction (RFC 6386, section 12.3). The edge goes from
 * the pixel left of the lowest row up to the corner, [4], and on to the right, [5] to [12].
 */
final class Vp8Directions {
  private Vp8Directions() {}

  static void predict(int mode, int[] e, byte[] data, int at, int stride) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        data[at + y * stride + x] = (byte) pixel(mode, e, x, y);
      }
    }
  }

  private static int pixel(int mode, int[] e, int x, int y) {
    return switch (mode) {
      case Vp8Modes.VERTICAL -> three(e, 5 + x);
      case Vp8Modes.HORIZONTAL -> y == 3 ? ends(e[1], e[0], e[0]) : three(e, 3 - y);
      case Vp8Modes.LEFT_DOWN -> x + y == 6 ? ends(e[11], e[12], e[12]) : three(e, 6 + x + y);
      case Vp8Modes.RIGHT_DOWN -> three(e, 4 + x - y);
      case Vp8Modes.VERTICAL_RIGHT -> verticalRight(e, x, y);
      case Vp8Modes.VERTICAL_LEFT -> verticalLeft(e, x, y);
      case Vp8Modes.HORIZONTAL_DOWN -> horizontalDown(e, x, y);
      default -> horizontalUp(e, x, y);
    };
  }

  private static int verticalRight(int[] e, int x, int y) {
    int along = 2 * x - y;
    if (along < 0) {
      return along == -1 ? three(e, 4) : three(e, 5 - y);
    }
    int i = 4 + x - (y >> 1);
    return (y & 1) == 0 ? two(e, i) : three(e, i);
  }

  private static int verticalLeft(int[] e, int x, int y) {
    if (x == 3 && y >= 2) {
      return three(e, y == 2 ? 10 : 11);
    }
    int i = 5 + x + (y >> 1);
    return (y & 1) == 0 ? two(e, i) : three(e, i + 1);
  }

  private static int horizontalDown(int[] e, int x, int y) {
    int along = 2 * y - x;
    if (along < 0) {
      return along == -1 ? three(e, 4) : three(e, 3 + x);
    }
    int i = 3 - y + (x >> 1);
    return (x & 1) == 0 ? two(e, i) : three(e, i + 1);
  }

  private static int horizontalUp(int[] e, int x, int y) {
    int along = 2 * y + x;
    if (along > 5) {
      return e[0];
    }
    if (along == 5) {
      return ends(e[1], e[0], e[0]);
    }
    int i = 3 - (along >> 1);
    return (along & 1) == 0 ? two(e, i - 1) : three(e, i - 1);
  }

  /** Mean of a pixel of the edge and the next. */
  private static int two(int[] e, int i) {
    return e[i] + e[i + 1] + 1 >> 1;
  }

  /** Weighted mean of a pixel of the edge and both beside it. */
  private static int three(int[] e, int i) {
    return ends(e[i - 1], e[i], e[i + 1]);
  }

  private static int ends(int before, int own, int after) {
    return before + 2 * own + after + 2 >> 2;
  }
}
