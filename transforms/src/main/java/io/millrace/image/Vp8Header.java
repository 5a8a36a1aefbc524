package io.millrace.image;

/** The header of a VP8 key frame (RFC 6386, sections 9 and 19.2). */
final class Vp8Header {
  /** What a segment's blocks are multiplied by, DC and AC of each kind; [kind][0 DC, 1 AC]. */
  record Quantisers(int[][] factors) {}

  static final int Y_AFTER_Y2 = 0;
  static final int Y2 = 1;
  static final int CHROMA = 2;
  static final int Y = 3;

  private static final int SEGMENTS = 4;
  private static final int START = 10;

  final int width;
  final int height;
  final BoolReader modes;
  final BoolReader[] partitions;
  final boolean mapped;
  final int[] mapProbabilities = {255, 255, 255};
  final Quantisers[] quantisers = new Quantisers[SEGMENTS];
  final boolean simpleFilter;
  final int sharpness;

  /** Strength of the loop filter; [segment][0 whole, 1 in parts of 4 x 4]. */
  final int[][] levels = new int[SEGMENTS][2];

  final int[] tokens = Vp8Tables.TOKENS.clone();

  /** Whether macroblocks may say that they have no coefficients, and how probable that they do. */
  final boolean skips;

  final int skipProbability;

  private final int[] segmentQuantisers = new int[SEGMENTS];
  private final int[] segmentLevels = new int[SEGMENTS];
  private boolean absolute;

  Vp8Header(ByteReader in) {
    int first = in.u8(0) | in.u8(1) << 8 | in.u8(2) << 16;
    if ((first & 1) != 0 || (first >> 1 & 7) > 3 || !in.text(3, 3).equals("\u009d\1*")) {
      throw new BadImageException("corrupt WebP, no VP8 key frame");
    }
    width = (int) in.number(6, 2, true) & 0x3fff;
    height = (int) in.number(8, 2, true) & 0x3fff;
    int size = first >> 5;
    modes = new BoolReader(in, START, size);
    modes.flag(); // colour space: there is only one
    modes.flag(); // clamping is never wrong
    boolean segmented = modes.flag();
    mapped = segmented && modes.flag();
    if (segmented) {
      segments();
    }
    simpleFilter = modes.flag();
    int level = modes.number(6);
    sharpness = modes.number(3);
    levels(level, segmented);
    partitions = partitions(in, START + size, 1 << modes.number(2));
    quantisers(segmented);
    modes.flag(); // what later frames would need
    for (int i = 0; i < tokens.length; i++) {
      if (modes.bit(Vp8Tables.UPDATES[i]) == 1) {
        tokens[i] = modes.number(8);
      }
    }
    skips = modes.flag();
    skipProbability = skips ? modes.number(8) : 0;
  }

  private void segments() {
    if (modes.flag()) {
      absolute = modes.flag();
      for (int i = 0; i < SEGMENTS; i++) {
        segmentQuantisers[i] = modes.optional(7);
      }
      for (int i = 0; i < SEGMENTS; i++) {
        segmentLevels[i] = modes.optional(6);
      }
    }
    for (int i = 0; mapped && i < mapProbabilities.length; i++) {
      mapProbabilities[i] = modes.flag() ? modes.number(8) : 255;
    }
  }

  private void levels(int level, boolean segmented) {
    int whole = 0;
    int parts = 0;
    boolean differ = modes.flag();
    if (differ && modes.flag()) {
      for (int i = 0; i < 8; i++) {
        int delta = modes.optional(6);
        whole += i == 0 ? delta : 0; // key frames refer to no other
        parts += i == 0 || i == 4 ? delta : 0;
      }
    }
    for (int i = 0; level > 0 && i < SEGMENTS; i++) { // 0 turns the filter off for all
      int base = segmented ? segmentLevels[i] + (absolute ? 0 : level) : level;
      levels[i][0] = clamp(base + whole, 63);
      levels[i][1] = clamp(base + parts, 63);
    }
  }

  private void quantisers(boolean segmented) {
    int base = modes.number(7);
    int yDc = modes.optional(4);
    int y2Dc = modes.optional(4);
    int y2Ac = modes.optional(4);
    int chromaDc = modes.optional(4);
    int chromaAc = modes.optional(4);
    for (int i = 0; i < SEGMENTS; i++) {
      int q = segmented ? segmentQuantisers[i] + (absolute ? 0 : base) : base;
      int[] y = {Vp8Tables.DC[clamp(q + yDc, 127)], Vp8Tables.AC[clamp(q, 127)]};
      int[] y2 = {
        2 * Vp8Tables.DC[clamp(q + y2Dc, 127)],
        Math.max(8, Vp8Tables.AC[clamp(q + y2Ac, 127)] * 155 / 100)
      };
      int[] chroma = {
        Vp8Tables.DC[clamp(q + chromaDc, 117)], Vp8Tables.AC[clamp(q + chromaAc, 127)]
      };
      quantisers[i] = new Quantisers(new int[][] {y, y2, chroma, y});
    }
  }

  /** The rows of macroblocks take turns in the partitions; the last one takes what is left. */
  private static BoolReader[] partitions(ByteReader in, int from, int count) {
    BoolReader[] partitions = new BoolReader[count];
    int at = from + 3 * (count - 1);
    for (int i = 0; i < count; i++) {
      boolean last = i == count - 1;
      int size = last ? in.length() - at : (int) in.number(from + 3 * i, 3, true);
      partitions[i] = new BoolReader(in, at, size);
      at += size;
    }
    return partitions;
  }

  private static int clamp(int value, int most) {
    return Math.max(0, Math.min(most, value));
  }
}
