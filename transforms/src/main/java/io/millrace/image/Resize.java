package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/** Resamples the image to {@code height x width}; the aspect may change. */
@Named(value = "resize", doc = "Resamples to a size; the aspect may change.")
public record Resize(
    @Key(doc = "New height in pixels.", min = 1, max = Checks.LONGEST) int height,
    @Key(doc = "New width in pixels.", min = 1, max = Checks.LONGEST) int width)
    implements Reframing, FixedSize {
  /** Checks the sizes. */
  public Resize {
    Checks.size("height", height);
    Checks.size("width", width);
  }

  @Override
  public boolean isRandom() {
    return false;
  }

  @Override
  public Frame frame(int imageHeight, int imageWidth, RandomGenerator random) {
    Box all = Box.whole(imageHeight, imageWidth);
    return Frame.resize(imageHeight, imageWidth, all, height, width);
  }
}
