package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Pads the image with black on all sides and cuts a window at a place drawn uniformly: {@code top ~
 * U{0, .., H + 2 padding - height}}, left likewise. Takes two random numbers.
 */
@Named(
    value = "random_crop",
    doc = "Pads with black on all sides and cuts a window at a random place.")
public record RandomCrop(
    @Key(doc = "Height of the crop in pixels.", min = 1, max = Checks.LONGEST) int height,
    @Key(doc = "Width of the crop in pixels.", min = 1, max = Checks.LONGEST) int width,
    @Key(
            doc = "Black pixels added on each side before cropping.",
            value = "0",
            min = 0,
            max = Checks.LONGEST)
        int padding)
    implements Reframing, FixedSize {
  /** Checks the sizes. */
  public RandomCrop {
    Checks.size("height", height);
    Checks.size("width", width);
    Checks.padding(padding);
  }

  @Override
  public Frame frame(int imageHeight, int imageWidth, RandomGenerator random) {
    long rows = imageHeight + 2L * padding - height + 1;
    long columns = imageWidth + 2L * padding - width + 1;
    if (rows < 1 || columns < 1) {
      throw new IllegalArgumentException(
          "Cannot crop %d x %d: the image is %d x %d with padding %d"
              .formatted(width, height, imageWidth, imageHeight, padding));
    }
    int top = (int) ((long) (random.nextDouble() * rows) - padding);
    int left = (int) ((long) (random.nextDouble() * columns) - padding);
    return Frame.cut(imageHeight, imageWidth, new Box(top, left, height, width));
  }
}
