package io.millrace.image;

/**
 * An operation of ours that makes pixels of pixels. What stands before it may be resampled luma and
 * chroma apart, as at the end of a pipeline.
 */
interface PixelOperation extends ImageOperation {
  /** Leaves an image as it is. */
  static void copy(PixelBuffer in, PixelBuffer out) {
    out.reshape(in.height(), in.width(), in.channels());
    System.arraycopy(in.data(), 0, out.data(), 0, in.height() * in.width() * in.channels());
  }

  @Override
  default boolean keepsSize() {
    return true;
  }
}
