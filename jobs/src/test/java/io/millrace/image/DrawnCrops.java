package io.millrace.image;

import io.millrace.random.KeyedRandom;

/** Shows a benchmark the crops that a pipeline draws, so that its peers cut the same. */
public final class DrawnCrops {
  private DrawnCrops() {}

  /** Top, left, height, width, and 1 if the flip that follows mirrors. */
  public static int[] draw(
      RandomResizedCrop crop, HorizontalFlip flip, int height, int width, KeyedRandom random) {
    Frame frame = crop.frame(height, width, random);
    Box box = frame.resampled() ? frame.region() : frame.window();
    boolean flipped = flip.frame(crop.height(), crop.width(), random).flipX();
    return new int[] {box.top(), box.left(), box.height(), box.width(), flipped ? 1 : 0};
  }
}
