package io.millrace.image;

/** Checks of the components of operations, in the words of a config error. */
final class Checks {
  private Checks() {}

  static void that(boolean holds, String key, Object value, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("Invalid %s: %s (must be %s)".formatted(key, value, rule));
    }
  }

  static void size(String key, int value) {
    that(value >= 1, key, value, ">= 1");
  }

  /** A side that follows from an image's: nothing that long can be made. */
  static int side(long pixels, int height, int width) {
    if (pixels > 1 << 30) {
      throw new BadImageException(
          "%d x %d pixels, a side would become %d".formatted(width, height, pixels));
    }
    return (int) pixels;
  }

  static void probability(double value) {
    that(value >= 0 && value <= 1, "probability", value, "0 to 1");
  }
}
