package io.millrace.image;

/** A rectangle of pixels; it may stick out of the image it refers to. */
record Box(int top, int left, int height, int width) {
  static Box whole(int height, int width) {
    return new Box(0, 0, height, width);
  }

  boolean inside(int height, int width) {
    return top >= 0 && left >= 0 && top + this.height <= height && left + this.width <= width;
  }

  /** The part that lies inside an image. */
  Box clipped(int height, int width) {
    int y = Math.max(0, Math.min(height, top));
    int x = Math.max(0, Math.min(width, left));
    int bottom = Math.max(y, Math.min(height, top + this.height));
    int right = Math.max(x, Math.min(width, left + this.width));
    return new Box(y, x, bottom - y, right - x);
  }

  /** The pixels that this covers, even in part, in an image at 1/reduction of the size. */
  Box reduced(int reduction) {
    int y = top / reduction;
    int x = left / reduction;
    int bottom = (top + height + reduction - 1) / reduction;
    int right = (left + width + reduction - 1) / reduction;
    return new Box(y, x, bottom - y, right - x);
  }
}
