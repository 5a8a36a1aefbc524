package io.millrace.image;

/** An operation that gives every image the same size, whatever its own. */
public interface FixedSize extends ImageOperation {
  /** Height in pixels. */
  int height();

  /** Width in pixels. */
  int width();
}
