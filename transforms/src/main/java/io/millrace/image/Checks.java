package io.millrace.image;

/** Checks of the components of operations, in the words of a config error. */
final class Checks {
  /** The longest side that is asked for, in pixels. */
  static final int LONGEST = 1 << 16;

  private Checks() {}

  static void that(boolean holds, String key, Object value, String rule) {
    if (!holds) {
      throw new IllegalArgumentException("Invalid %s: %s (must be %s)".formatted(key, value, rule));
    }
  }

  static void size(String key, int value) {
    that(value >= 1 && value <= LONGEST, key, value, "1 to " + LONGEST);
  }

  static void padding(int value) {
    that(value >= 0 && value <= LONGEST, "padding", value, "0 to " + LONGEST);
  }

  /** A side that follows from an image's: nothing that long can be made. */
  static int side(long pixels, int height, int width) {
    if (pixels > 1 << 30) {
      throw new BadImageException(
          "%d x %d pixels, a side would become %d".formatted(width, height, pixels));
    }
    return (int) pixels;
  }

  /** Both ends of a range that numbers are drawn from. */
  static void range(double min, double max, double least, double most) {
    range("min", min, "max", max, least, most);
  }

  static void range(
      String minKey, double min, String maxKey, double max, double least, double most) {
    String rule =
        most == Double.POSITIVE_INFINITY
            ? ">= " + number(least)
            : "%s to %s".formatted(number(least), number(most));
    that(min >= least && min <= most && Double.isFinite(min), minKey, min, rule);
    boolean ordered = max >= min && max <= most && Double.isFinite(max);
    String upTo = most == Double.POSITIVE_INFINITY ? "" : " to " + number(most);
    that(ordered, maxKey, max, upTo.isEmpty() ? ">= " + minKey : minKey + upTo);
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  static void probability(double value) {
    that(value >= 0 && value <= 1, "probability", value, "0 to 1");
  }
}
