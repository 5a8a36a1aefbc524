package io.millrace.image;

/** How a pixel between others is made. */
public enum Interpolation {
  /** The one whose centre is nearest. */
  NEAREST,
  /** A weighted mean of the four around it. */
  BILINEAR
}
