package io.millrace.settings;

/**
 * A share of a count in whole numbers, as somebody who writes 0.29 or 0.1 means it: 0.29 of 100 are
 * 29, and 0.07 of 100 are 7, though their product is a bit less in binary, and a bit more.
 */
public final class Portion {
  /** Far more than a product of doubles is rounded by, as a share of it. */
  private static final double ROUNDING = 1e-12;

  private Portion() {}

  /**
   * {@code floor(share * count)}.
   *
   * @param share 0 to 1
   */
  public static long floor(double share, long count) {
    return (long) (share * count * (1 + ROUNDING));
  }

  /**
   * {@code ceil(share * count)}.
   *
   * @param share 0 to 1
   */
  public static long ceil(double share, long count) {
    return (long) Math.ceil(share * count * (1 - ROUNDING));
  }
}
