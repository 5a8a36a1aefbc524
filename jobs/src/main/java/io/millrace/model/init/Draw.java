package io.millrace.model.init;

import java.util.random.RandomGenerator;

/**
 * Fills a parameter with independent random numbers, one for each element in the order of memory.
 */
final class Draw {
  private Draw() {}

  /** From {@code N(mean, deviation^2)}. */
  static void normal(float[] values, double mean, double deviation, RandomGenerator random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (mean + deviation * random.nextGaussian());
    }
  }

  /** From {@code U(-bound, bound)}. */
  static void uniform(float[] values, double bound, RandomGenerator random) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (bound * (2 * random.nextDouble() - 1));
    }
  }
}
