package io.millrace.image;

/**
 * What a geometric operation does, as numbers: {@code region} of the image is resampled to {@code
 * scaledHeight x scaledWidth}, of that {@code window} is cut (black where it sticks out), and the
 * window is transposed, rows become columns, and then mirrored, each where told. Frames are drawn
 * before a pixel is decoded, so that a chain of them becomes one pass over the pixels that are
 * needed.
 *
 * <p>The region of a frame that does not resample is the whole image.
 */
record Frame(
    Box region,
    int scaledHeight,
    int scaledWidth,
    Box window,
    boolean transposed,
    boolean flipX,
    boolean flipY) {

  /** The whole image of {@code height x width} as it is. */
  static Frame whole(int height, int width) {
    return cut(height, width, Box.whole(height, width));
  }

  /** A window of the image. */
  static Frame cut(int height, int width, Box window) {
    return new Frame(Box.whole(height, width), height, width, window, false, false, false);
  }

  /** A region of the image, which lies inside it, at another size. */
  static Frame resize(int height, int width, Box region, int scaledHeight, int scaledWidth) {
    if (region.height() == scaledHeight && region.width() == scaledWidth) {
      return cut(height, width, region);
    }
    Box window = Box.whole(scaledHeight, scaledWidth);
    return new Frame(region, scaledHeight, scaledWidth, window, false, false, false);
  }

  /** The whole image, mirrored. */
  static Frame flip(int height, int width, boolean flipX, boolean flipY) {
    return turn(height, width, false, flipX, flipY);
  }

  /** The whole image, transposed and then mirrored. */
  static Frame turn(int height, int width, boolean transposed, boolean flipX, boolean flipY) {
    Box all = Box.whole(height, width);
    return new Frame(all, height, width, all, transposed, flipX, flipY);
  }

  /** What is left of it once its window is an image. */
  Frame turnOfWindow() {
    return turn(window.height(), window.width(), transposed, flipX, flipY);
  }

  /** Height of what it makes, in pixels. */
  int height() {
    return transposed ? window.width() : window.height();
  }

  /** Width of what it makes, in pixels. */
  int width() {
    return transposed ? window.height() : window.width();
  }

  boolean resampled() {
    return scaledHeight != region.height() || scaledWidth != region.width();
  }

  /**
   * By how much the image may be decoded smaller, 1, 2, 4 or 8, with the region at least as large
   * as what it is resampled to.
   */
  int reduction() {
    for (int reduction = 8; resampled() && reduction > 1; reduction /= 2) {
      if (region.height() >= reduction * scaledHeight
          && region.width() >= reduction * scaledWidth) {
        return reduction;
      }
    }
    return 1;
  }

  /** Whether it leaves every pixel where it is. */
  boolean identity() {
    return !resampled() && !turned() && window.equals(Box.whole(scaledHeight, scaledWidth));
  }

  private boolean turned() {
    return transposed || flipX || flipY;
  }

  /** This and then {@code next} as one frame that gives the same bytes; null where none does. */
  Frame then(Frame next) {
    if (next.resampled()) {
      boolean plain = !resampled() && !turned() && window.inside(scaledHeight, scaledWidth);
      return plain ? next.of(window) : null;
    }
    Box cut = unturned(next.window);
    boolean padded = !cut.inside(window.height(), window.width());
    if (padded && (resampled() || !window.equals(region))) {
      return null; // what the padding has to hide is still in the image
    }
    Box joined =
        new Box(window.top() + cut.top(), window.left() + cut.left(), cut.height(), cut.width());
    return new Frame(
        region,
        scaledHeight,
        scaledWidth,
        joined,
        transposed ^ next.transposed,
        (next.transposed ? flipY : flipX) ^ next.flipX,
        (next.transposed ? flipX : flipY) ^ next.flipY);
  }

  /** Where a cut of what this makes lies in the window before it is transposed and mirrored. */
  private Box unturned(Box cut) {
    int top = flipY ? height() - cut.top() - cut.height() : cut.top();
    int left = flipX ? width() - cut.left() - cut.width() : cut.left();
    return transposed
        ? new Box(left, top, cut.width(), cut.height())
        : new Box(top, left, cut.height(), cut.width());
  }

  private Frame of(Box cut) {
    Box moved =
        new Box(
            cut.top() + region.top(), cut.left() + region.left(), region.height(), region.width());
    return new Frame(moved, scaledHeight, scaledWidth, window, transposed, flipX, flipY);
  }
}
