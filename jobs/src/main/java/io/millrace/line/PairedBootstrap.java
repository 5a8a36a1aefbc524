package io.millrace.line;

import io.millrace.random.Keys;
import java.util.Arrays;

/**
 * The interval of the difference in top-1 of two models on the same examples, by resampling the
 * examples: {@code d_r = 1/n sum_i (challenger_i - champion_i)} over n examples drawn with
 * replacement, for each resample r; the interval goes from the 0.025 to the 0.975 quantile of all
 * {@code d_r}, interpolated linearly between order statistics.
 *
 * <p>What is drawn depends on the seed alone. An example is one of three values, so a draw needs
 * only to know in which part of McNemar's table it falls.
 *
 * <p>Source: Bradley Efron, Robert Tibshirani, "An Introduction to the Bootstrap", 1993, chapter
 * 13, the percentile interval; as {@code scipy.stats.bootstrap(paired=True, method="percentile")}.
 *
 * @param resamples how many
 * @param seed of the draws
 */
public record PairedBootstrap(int resamples, long seed) {
  private static final double LEVEL = 0.95;

  /**
   * An interval of 95 %.
   *
   * @param low its lower bound
   * @param high its upper bound
   */
  public record Interval(double low, double high) {}

  /** Checks the number of resamples. */
  public PairedBootstrap {
    if (resamples < 1) {
      throw new IllegalArgumentException(
          "Invalid resamples: %d (must be >= 1)".formatted(resamples));
    }
  }

  /**
   * The interval of the challenger's top-1 less the champion's.
   *
   * @throws IllegalArgumentException for a table of no examples
   */
  public Interval difference(Paired table) {
    long n = table.examples();
    if (n == 0) {
      throw new IllegalArgumentException("Cannot compare two models on no examples");
    }
    double[] differences = new double[resamples];
    for (int r = 0; r < resamples; r++) {
      differences[r] = (double) sum(table, n, Keys.of(seed, r)) / n;
    }
    Arrays.sort(differences);
    return new Interval(
        quantile(differences, (1 - LEVEL) / 2), quantile(differences, (1 + LEVEL) / 2));
  }

  /** Gains less losses among n examples drawn. */
  private static long sum(Paired table, long n, long key) {
    long gained = table.gained();
    long differ = gained + table.lost();
    long sum = 0;
    for (long i = 0; i < n; i++) {
      // The upper half of a product: uniform in 0..n-1, but for n / 2^63.
      long drawn = Math.multiplyHigh(Keys.mix(key + i * STRIDE) >>> 1, 2 * n);
      if (drawn < differ) {
        sum += drawn < gained ? 1 : -1;
      }
    }
    return sum;
  }

  private static final long STRIDE = 0x9e3779b97f4a7c15L;

  private static double quantile(double[] sorted, double share) {
    double at = share * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
