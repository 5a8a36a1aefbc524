package io.millrace.image;

/**
 * Bytes to resample: [height, width, channels], {@code unitY} rows and {@code unitX} columns of
 * them to a pixel of the image they show.
 */
record Raster(
    byte[] data, int height, int width, int stride, int channels, double unitY, double unitX) {

  /** All of an image that was decoded at 1/reduction of its size. */
  static Raster of(PixelBuffer pixels, int reduction) {
    int stride = pixels.width() * pixels.channels();
    double unit = 1.0 / reduction;
    return new Raster(
        pixels.data(), pixels.height(), pixels.width(), stride, pixels.channels(), unit, unit);
  }

  /** The pixels of this that a region of the image covers, even in part. */
  Box covered(Box region) {
    int top = (int) Math.floor(region.top() * unitY);
    int left = (int) Math.floor(region.left() * unitX);
    int bottom = (int) Math.ceil((region.top() + region.height()) * unitY);
    int right = (int) Math.ceil((region.left() + region.width()) * unitX);
    return new Box(top, left, bottom - top, right - left).clipped(height, width);
  }
}
