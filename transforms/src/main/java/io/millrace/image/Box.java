package io.millrace.image;

/** A rectangle of pixels; it may stick out of the image it refers to. */
record Box(int top, int left, int height, int width) {
  static Box whole(int height, int width) {
    return new Box(0, 0, height, width);
  }

  boolean inside(int height, int width) {
    return top >= 0 && left >= 0 && top + this.height <= height && left + this.width <= width;
  }
}
