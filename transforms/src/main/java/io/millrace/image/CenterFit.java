package io.millrace.image;

import java.util.random.RandomGenerator;

/**
 * Resizes so that a centre crop of {@code height x width} keeps {@code cropShare} of the side that
 * is tight, and cuts that crop.
 */
record CenterFit(int height, int width, double cropShare) implements Reframing {
  CenterFit {
    Checks.size("height", height);
    Checks.size("width", width);
    Checks.that(cropShare > 0 && cropShare <= 1, "cropShare", cropShare, "above 0, at most 1");
  }

  @Override
  public Frame frame(int imageHeight, int imageWidth, RandomGenerator random) {
    boolean wide = (long) imageHeight * width <= (long) imageWidth * height;
    int scaledHeight = (int) (height / cropShare);
    int scaledWidth = (int) (width / cropShare);
    if (wide) {
      long scaled = (long) scaledHeight * imageWidth / imageHeight;
      scaledWidth = Math.max(width, Checks.side(scaled, imageHeight, imageWidth));
    } else {
      long scaled = (long) scaledWidth * imageHeight / imageWidth;
      scaledHeight = Math.max(height, Checks.side(scaled, imageHeight, imageWidth));
    }
    Box all = Box.whole(imageHeight, imageWidth);
    return Frame.resize(imageHeight, imageWidth, all, scaledHeight, scaledWidth)
        .then(CenterCrop.cut(scaledHeight, scaledWidth, height, width));
  }
}
