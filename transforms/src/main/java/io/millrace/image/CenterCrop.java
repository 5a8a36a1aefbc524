package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Cuts the middle of the image: {@code top = round((H - height) / 2)}, half to even, as
 * torchvision; black where the image is smaller.
 */
@Named(
    value = "center_crop",
    doc = "Cuts the middle of the image; black where the image is smaller.")
public record CenterCrop(
    @Key(doc = "Height of the crop in pixels.", min = 1, max = Checks.LONGEST) int height,
    @Key(doc = "Width of the crop in pixels.", min = 1, max = Checks.LONGEST) int width)
    implements Reframing, FixedSize {
  /** Checks the sizes. */
  public CenterCrop {
    Checks.size("height", height);
    Checks.size("width", width);
  }

  @Override
  public boolean isRandom() {
    return false;
  }

  @Override
  public Frame frame(int imageHeight, int imageWidth, RandomGenerator random) {
    return cut(imageHeight, imageWidth, height, width);
  }

  static Frame cut(int imageHeight, int imageWidth, int height, int width) {
    int top = (int) Math.rint((imageHeight - height) / 2.0);
    int left = (int) Math.rint((imageWidth - width) / 2.0);
    return Frame.cut(imageHeight, imageWidth, new Box(top, left, height, width));
  }
}
