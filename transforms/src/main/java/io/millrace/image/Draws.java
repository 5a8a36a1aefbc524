package io.millrace.image;

import io.millrace.random.KeyedRandom;
import java.util.random.RandomGenerator;

/**
 * The draws of one operation on one image: numbers of their own, keyed by one number of the
 * image's, so that however many an operation takes, those after it see the same.
 */
final class Draws {
  private final KeyedRandom random;

  Draws(RandomGenerator image) {
    random = new KeyedRandom().key(image.nextLong(), 0, 0);
  }

  /** The numbers, for what wants them itself. */
  KeyedRandom random() {
    return random;
  }

  /** True with a probability; takes one number. */
  boolean happens(double probability) {
    return random.nextDouble() < probability;
  }

  /** Uniform in [min, max); {@code min} where both are the same. */
  double between(double min, double max) {
    return min + (max - min) * random.nextDouble();
  }

  /** {@code exp(U(ln min, ln max))}. */
  double logBetween(double min, double max) {
    return StrictMath.exp(between(StrictMath.log(min), StrictMath.log(max)));
  }

  /** A whole number from 0 up to but without {@code end}. */
  int below(long end) {
    return (int) (random.nextDouble() * end);
  }
}
