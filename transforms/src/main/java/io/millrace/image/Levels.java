package io.millrace.image;

/** What Pillow's {@code ImageOps} makes of levels, added to tables of them. */
final class Levels {
  private static final int TOP = 255;

  private Levels() {}

  /** Keeps the highest bits of each level. */
  static void posterize(int bits, LevelTable table) {
    int kept = -(1 << (8 - bits));
    table.then(level -> level & kept & TOP);
  }

  /** Inverts levels from a threshold on. */
  static void solarize(double threshold, LevelTable table) {
    table.then(level -> level < threshold ? level : TOP - level);
  }

  /**
   * Spreads the levels of each channel: {@code 255 (level - least) / (most - least)}, rounded down;
   * a channel of one level stays.
   */
  static void autoContrast(PixelBuffer image, LevelTable table) {
    for (int c = 0; c < table.channels(); c++) {
      int[] histogram = table.histogram(image, c);
      int least = 0;
      while (histogram[least] == 0) {
        least++;
      }
      int most = TOP;
      while (histogram[most] == 0) {
        most--;
      }
      if (most > least) {
        double scale = (double) TOP / (most - least);
        double offset = -least * scale;
        table.then(c, level -> Math.max(0, Math.min(TOP, (int) (level * scale + offset))));
      }
    }
  }

  /**
   * Makes all levels of each channel as frequent: {@code min(255, (step / 2 + n(below level)) /
   * step)}, in whole numbers, with {@code step} a 255th of the pixels that do not have its highest
   * level; a channel where that is 0 stays.
   */
  static void equalize(PixelBuffer image, LevelTable table) {
    for (int c = 0; c < table.channels(); c++) {
      int[] histogram = table.histogram(image, c);
      int most = TOP;
      while (histogram[most] == 0) {
        most--;
      }
      int step = (image.height() * image.width() - histogram[most]) / TOP;
      if (step > 0) {
        int[] equal = new int[LevelTable.LEVELS];
        int below = step / 2;
        for (int level = 0; level < equal.length; level++) {
          equal[level] = Math.min(TOP, below / step);
          below += histogram[level];
        }
        table.then(c, level -> equal[level]);
      }
    }
  }
}
