package io.millrace.image;

import java.util.random.RandomGenerator;

/**
 * The pixels of a pipeline under way: as they were decoded, and what operations make of them.
 * Recolouring is kept in a table of levels until the pixels themselves are wanted. Holds scratch
 * memory; not thread-safe.
 */
final class Canvas {
  private final LevelTable levels;
  private Renderer renderer = new Renderer();
  private PixelBuffer current = new PixelBuffer();
  private PixelBuffer spare = new PixelBuffer();
  private Plane[] planes;
  private int reduction;

  Canvas(int channels) {
    levels = new LevelTable(channels);
  }

  /** Starts on an image that is decoded at 1/reduction of its size. */
  void begin(int decoded) {
    levels.reset();
    planes = null;
    reduction = decoded;
  }

  /** Takes luma and chroma, which the next to resample makes RGB of. */
  void take(Plane[] decoded) {
    planes = decoded;
  }

  /** The pixels, without what the levels do to them. */
  PixelBuffer pixels() {
    return current;
  }

  /** What is still to be done to the pixels. */
  LevelTable levels() {
    return levels;
  }

  /** Sends the levels of all pixels through the table. */
  void recolour() {
    if (!levels.isIdentity()) {
      levels.apply(current, current);
      levels.reset();
    }
  }

  /** Does an operation that is not part of a frame. */
  void apply(ImageOperation operation, RandomGenerator random) {
    if (operation instanceof Recolouring recolouring) {
      recolouring.recolour(current, levels, random);
    } else {
      recolour();
      operation.apply(current, spare, random);
      swap();
    }
  }

  /** Resamples the frame; its turn is what is left of it. */
  Frame resample(Frame frame) {
    recolour();
    if (planes == null) {
      renderer.resample(current, reduction, frame, spare);
    } else {
      renderer.resample(planes, frame, spare);
    }
    swap();
    planes = null;
    reduction = 1;
    return frame.turnOfWindow();
  }

  /** Cuts a box and turns it as the frame says. */
  void cut(Box box, Frame frame) {
    Renderer.cut(current, box, frame, spare);
    swap();
  }

  /** Makes the pixels of the frame. */
  void render(Frame frame) {
    if (frame.identity()) {
      return;
    }
    recolour();
    Frame left = frame.resampled() ? resample(frame) : frame;
    if (!left.identity()) {
      cut(left.window(), left);
    }
  }

  /** Gives back what a large image took. */
  void release() {
    renderer = new Renderer();
    current.release();
    spare.release();
    planes = null;
  }

  private void swap() {
    PixelBuffer kept = current;
    current = spare;
    spare = kept;
  }
}
