package io.millrace.image;

import io.millrace.image.JpegFile.Component;

/**
 * The pixels of one channel of a JPEG, at its own resolution: {@code unitY} and {@code unitX} of
 * them to a pixel of the image. Not thread-safe.
 */
final class Plane {
  byte[] data = new byte[0];
  int size;
  int stride;
  int height;
  int width;
  double unitY;
  double unitX;
  boolean wide;
  boolean high;
  private boolean used;
  private int top;
  private int left;
  private int bottom;
  private int right;

  void shape(JpegFile file, Component component, int size, int columns, int rows, boolean used) {
    Component luma = file.components[0];
    this.size = size;
    this.used = used;
    unitY = component.vertical * size / (8.0 * luma.vertical);
    unitX = component.horizontal * size / (8.0 * luma.horizontal);
    stride = columns * component.horizontal * size;
    height = BaselineDecoder.ceil(file.height * component.vertical * size, luma.vertical * 8);
    width = BaselineDecoder.ceil(file.width * component.horizontal * size, luma.horizontal * 8);
    int bytes = stride * rows * component.vertical * size;
    if (used && data.length < bytes) {
      data = new byte[bytes];
    }
  }

  /** Compares the pixels of a unit with those of luma. */
  void fit(int lumaWidth, int lumaHeight, Component component) {
    wide = component.horizontal * size == lumaWidth;
    high = component.vertical * size == lumaHeight;
  }

  /** Marks the blocks of a region of the output, and the pixels beside it that smoothing takes. */
  void need(Box region, int outHeight, int outWidth) {
    top = (int) ((long) region.top() * height / outHeight - 2) / size;
    left = (int) ((long) region.left() * width / outWidth - 2) / size;
    bottom = (int) (((long) (region.top() + region.height()) * height / outHeight + 2) / size);
    right = (int) (((long) (region.left() + region.width()) * width / outWidth + 2) / size);
  }

  /** Rows of units, from the top, that hold all that is needed. */
  int unitRows(Component component) {
    return used ? bottom / component.vertical + 1 : 0;
  }

  boolean needs(int x, int y) {
    return used && y >= top && y <= bottom && x >= left && x <= right;
  }

  Raster raster() {
    return new Raster(data, height, width, stride, 1, unitY, unitX);
  }

  int at(int x, int y) {
    return (y * stride + x) * size;
  }
}
