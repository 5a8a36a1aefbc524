package io.millrace.image;

import io.millrace.settings.Key;
import java.util.random.RandomGenerator;

/** Resamples the image so that its short side has {@code size} pixels; the aspect is kept. */
public record ResizeShortSide(@Key(doc = "New short side in pixels.", min = 1) int size)
    implements Reframing {
  /** Checks the size. */
  public ResizeShortSide {
    Checks.size("size", size);
  }

  /** The long side is {@code floor(size * long / short)}, as torchvision. */
  @Override
  public Frame frame(int height, int width, RandomGenerator random) {
    boolean wide = height <= width;
    int scaledHeight = wide ? size : (int) ((long) size * height / width);
    int scaledWidth = wide ? (int) ((long) size * width / height) : size;
    return Frame.resize(height, width, Box.whole(height, width), scaledHeight, scaledWidth);
  }
}
