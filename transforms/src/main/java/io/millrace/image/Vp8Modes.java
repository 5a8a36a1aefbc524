package io.millrace.image;

import java.util.Arrays;

/**
 * How each macroblock of a key frame is predicted (RFC 6386, section 11). A block's mode is coded
 * by those of the blocks above and to the left. Not thread-safe.
 */
final class Vp8Modes {
  static final int DC = 0;
  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;
  static final int LEFT_DOWN = 4;
  static final int RIGHT_DOWN = 5;
  static final int VERTICAL_RIGHT = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  private static final int[] TREE = {
    -DC,
    2,
    -TRUE_MOTION,
    4,
    -VERTICAL,
    6,
    8,
    12,
    -HORIZONTAL,
    10,
    -RIGHT_DOWN,
    -VERTICAL_RIGHT,
    -LEFT_DOWN,
    14,
    -VERTICAL_LEFT,
    16,
    -HORIZONTAL_DOWN,
    -HORIZONTAL_UP
  };

  private final Vp8Header header;
  private final int[] above;
  private final int[] left = new int[4];

  /** Of the macroblock that was read last. */
  int segment;

  boolean skipped;
  boolean parts;

  /** The mode of the whole block, or those of its 16 parts. */
  int luma;

  final int[] partModes = new int[16];
  int chroma;

  Vp8Modes(Vp8Header header, int columns) {
    this.header = header;
    above = new int[4 * columns];
  }

  void startRow() {
    Arrays.fill(left, DC);
  }

  void read(int column) {
    BoolReader in = header.modes;
    if (header.mapped) {
      int[] map = header.mapProbabilities;
      segment = in.bit(map[0]) == 0 ? in.bit(map[1]) : 2 + in.bit(map[2]);
    }
    skipped = header.skips && in.bit(header.skipProbability) == 1;
    parts = in.bit(145) == 0;
    if (parts) {
      readParts(in, 4 * column);
    } else {
      luma =
          in.bit(156) == 1
              ? in.bit(128) == 1 ? TRUE_MOTION : HORIZONTAL
              : in.bit(163) == 1 ? VERTICAL : DC;
      Arrays.fill(above, 4 * column, 4 * column + 4, luma);
      Arrays.fill(left, luma);
    }
    chroma =
        in.bit(142) == 0
            ? DC
            : in.bit(114) == 0 ? VERTICAL : in.bit(183) == 1 ? TRUE_MOTION : HORIZONTAL;
    if (in.ended()) {
      throw new BadImageException("corrupt WebP, too little pixel data");
    }
  }

  private void readParts(BoolReader in, int column) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int at = (above[column + x] * 10 + left[y]) * Vp8Tables.MODE_PROBABILITIES;
        int node = 0;
        do {
          node = TREE[node + in.bit(Vp8Tables.MODES[at + (node >> 1)])];
        } while (node > 0);
        above[column + x] = -node;
        left[y] = -node;
        partModes[4 * y + x] = -node;
      }
    }
  }
}
