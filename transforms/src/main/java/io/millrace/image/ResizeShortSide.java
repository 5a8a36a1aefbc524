package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/** Resamples the image so that its short side has {@code size} pixels; the aspect is kept. */
@Named(
    value = "resize_short_side",
    doc = "Resamples so that the short side has a size; the aspect is kept.")
public record ResizeShortSide(
    @Key(doc = "New short side in pixels.", min = 1, max = Checks.LONGEST) int size)
    implements Reframing {
  /** Checks the size. */
  public ResizeShortSide {
    Checks.size("size", size);
  }

  @Override
  public boolean isRandom() {
    return false;
  }

  /** The long side is {@code floor(size * long / short)}, as torchvision. */
  @Override
  public Frame frame(int height, int width, RandomGenerator random) {
    boolean wide = height <= width;
    int scaledHeight = wide ? size : Checks.side((long) size * height / width, height, width);
    int scaledWidth = wide ? Checks.side((long) size * width / height, height, width) : size;
    return Frame.resize(height, width, Box.whole(height, width), scaledHeight, scaledWidth);
  }

  /**
   * Pixels of what it makes of an image of {@code height x width}.
   *
   * @throws BadImageException if it makes too many
   */
  public long pixels(int height, int width) {
    Box made = frame(height, width, null).window();
    Renderer.checkSize(made, height, width);
    return (long) made.height() * made.width();
  }
}
