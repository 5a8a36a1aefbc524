package io.millrace.image;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;

/**
 * An affine map of pixels: the output's centre (x, y) shows the input at {@code (a x + b y + c, d x
 * + e y + f)}, in pixels from the upper left edge, where the first centre is at (0.5, 0.5). What
 * lies outside of the input is {@code fill}.
 *
 * <p>The bytes of Pillow 12's {@code transform(AFFINE)}: bilinear takes border pixels again where
 * one of the four lies outside, and rounds down; nearest steps in 16-bit fixed point.
 */
record Warp(double a, double b, double c, double d, double e, double f) {
  private static final int BITS = 16;

  /** The turn by an angle about (x, y), counter-clockwise in degrees. */
  static Warp rotation(double degrees, double x, double y) {
    double radians = -StrictMath.toRadians(degrees);
    double cos = rounded(StrictMath.cos(radians));
    double sin = rounded(StrictMath.sin(radians));
    return new Warp(cos, sin, cos * -x + sin * -y + x, -sin, cos, -sin * -x + cos * -y + y);
  }

  /** To 15 decimals, so that a right angle moves no pixel by an error in the last bit. */
  private static double rounded(double value) {
    return new BigDecimal(value).setScale(15, RoundingMode.HALF_EVEN).doubleValue();
  }

  /** The same of an output whose origin lies at (x, y) of this one's. */
  Warp from(double x, double y) {
    return new Warp(a, b, a * x + b * y + c, d, e, d * x + e * y + f);
  }

  /** Column of the input that (x, y) of the output shows. */
  double column(double x, double y) {
    return a * x + b * y + c;
  }

  /** Row of the input that (x, y) of the output shows. */
  double row(double x, double y) {
    return d * x + e * y + f;
  }

  /** Writes an output of {@code out}'s shape, which has as many channels as the input. */
  void apply(PixelBuffer in, Interpolation interpolation, int fill, PixelBuffer out) {
    int size = out.height() * out.width() * out.channels();
    Arrays.fill(out.data(), 0, size, (byte) fill);
    for (int y = 0; y < out.height(); y++) {
      if (interpolation == Interpolation.NEAREST) {
        nearest(in, y, out);
      } else {
        bilinear(in, y, out);
      }
    }
  }

  private void nearest(PixelBuffer in, int y, PixelBuffer out) {
    int width = in.width();
    int height = in.height();
    int channels = in.channels();
    byte[] data = in.data();
    byte[] to = out.data();
    long stepX = fixed(a);
    long stepY = fixed(d);
    long atX = fixed(c + a * 0.5 + b * 0.5) + y * fixed(b);
    long atY = fixed(f + d * 0.5 + e * 0.5) + y * fixed(e);
    int next = y * out.width() * channels;
    int end = next + out.width() * channels;
    for (; next < end; next += channels, atX += stepX, atY += stepY) {
      long column = atX >> BITS;
      long row = atY >> BITS;
      if (column >= 0 && column < width && row >= 0 && row < height) {
        Turn.copy(data, (int) (row * width + column) * channels, channels, to, next);
      }
    }
  }

  private static long fixed(double value) {
    return (long) Math.floor(value * (1 << BITS) + 0.5);
  }

  /** Of a number from -0.5 up. */
  private static int floor(double value) {
    return value < 0 ? -1 : (int) value;
  }

  private void bilinear(PixelBuffer in, int y, PixelBuffer out) {
    int width = in.width();
    int height = in.height();
    int channels = in.channels();
    byte[] data = in.data();
    byte[] to = out.data();
    int next = y * out.width() * channels;
    for (int i = 0; i < out.width(); i++, next += channels) {
      double x = column(i + 0.5, y + 0.5);
      double z = row(i + 0.5, y + 0.5);
      if (!(x >= 0 && x < width && z >= 0 && z < height)) {
        continue;
      }
      int left = floor(x - 0.5);
      int top = floor(z - 0.5);
      double dx = x - 0.5 - left;
      double dy = z - 0.5 - top;
      int right = left < 0 || left == width - 1 ? 0 : channels;
      int down = top < 0 || top == height - 1 ? 0 : width * channels;
      int at = (Math.max(0, top) * width + Math.max(0, left)) * channels;
      to[next] = between(data, at, right, down, dx, dy);
      if (channels == 3) {
        to[next + 1] = between(data, at + 1, right, down, dx, dy);
        to[next + 2] = between(data, at + 2, right, down, dx, dy);
      }
    }
  }

  private static byte between(byte[] data, int at, int right, int down, double dx, double dy) {
    double above = between(data[at] & 0xff, data[at + right] & 0xff, dx);
    double below = between(data[at + down] & 0xff, data[at + down + right] & 0xff, dx);
    return (byte) (int) between(above, below, dy);
  }

  /** In this form what lies between equals is no less than they, however it is rounded. */
  private static double between(double a, double b, double share) {
    return a + (b - a) * share;
  }
}
