package io.millrace.image;

import java.util.random.RandomGenerator;

/** An operation that sends every level of a channel to another one, wherever it is. */
interface Recolouring extends PixelOperation {
  /**
   * Adds to what becomes of the levels.
   *
   * @param image the image, on which {@code table} still has to act
   * @param table what becomes of its levels so far, and afterwards
   */
  void recolour(PixelBuffer image, LevelTable table, RandomGenerator random);

  @Override
  default void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    LevelTable table = new LevelTable(in.channels());
    recolour(in, table, random);
    table.apply(in, out);
  }
}
