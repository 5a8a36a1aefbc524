package io.millrace.minibatch;

import java.util.random.RandomGenerator;

/**
 * Numbers of the Beta(a, a) distribution as {@code x / (x + y)} of two Gamma(a) numbers, kept as
 * logarithms so that a small a does not underflow. {@code StrictMath}: the same bits everywhere.
 *
 * <p>Source: George Marsaglia, Wai Wan Tsang, "A Simple Method for Generating Gamma Variables",
 * 2000; George Marsaglia, Thomas Bray, "A Convenient Method for Generating Normal Variables", 1964.
 */
final class Beta {
  private Beta() {}

  static double symmetric(double a, RandomGenerator random) {
    double x = logGamma(a, random);
    double y = logGamma(a, random);
    return 1 / (1 + StrictMath.exp(y - x));
  }

  /** Logarithm of a Gamma(a) number; below 1 it is {@code Gamma(a + 1) * U^(1/a)}. */
  private static double logGamma(double a, RandomGenerator random) {
    if (a < 1) {
      return logGamma(a + 1, random) + StrictMath.log(1 - random.nextDouble()) / a;
    }
    double d = a - 1.0 / 3;
    double c = 1 / StrictMath.sqrt(9 * d);
    while (true) {
      double z = normal(random);
      double root = 1 + c * z;
      double v = root * root * root;
      double u = 1 - random.nextDouble();
      if (v > 0 && StrictMath.log(u) < 0.5 * z * z + d - d * v + d * StrictMath.log(v)) {
        return StrictMath.log(d * v);
      }
    }
  }

  private static double normal(RandomGenerator random) {
    while (true) {
      double x = 2 * random.nextDouble() - 1;
      double y = 2 * random.nextDouble() - 1;
      double square = x * x + y * y;
      if (square > 0 && square < 1) {
        return x * StrictMath.sqrt(-2 * StrictMath.log(square) / square);
      }
    }
  }
}
