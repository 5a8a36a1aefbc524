package io.millrace.series;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/**
 * Several measurements of one thing.
 *
 * @param n how many
 * @param mean {@code m = sum x_i / n}
 * @param deviation of the sample, {@code sqrt(sum (x_i - m)^2 / (n - 1))}; not a number below two
 * @param min the smallest
 * @param max the largest
 */
record Spread(int n, double mean, double deviation, double min, double max) {
  /** The 0.975 quantiles of Student's t by degrees of freedom, from 1. */
  private static final double[] STUDENT = {
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160,
    2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056,
    2.052, 2.048, 2.045, 2.042
  };

  /** Of those that are numbers. */
  static Spread of(DoubleStream values) {
    double[] x = values.filter(Double::isFinite).toArray();
    double mean = Arrays.stream(x).average().orElse(Double.NaN);
    double squares = Arrays.stream(x).map(each -> (each - mean) * (each - mean)).sum();
    return new Spread(
        x.length,
        mean,
        x.length < 2 ? Double.NaN : Math.sqrt(squares / (x.length - 1)),
        Arrays.stream(x).min().orElse(Double.NaN),
        Arrays.stream(x).max().orElse(Double.NaN));
  }

  /**
   * Half the width of the 95 % interval of the mean, {@code t_(n-1) s / sqrt(n)} (Student, The
   * probable error of a mean, 1908); above 31 values t is that of 31. Not a number below two.
   */
  double halfWidth() {
    return n < 2
        ? Double.NaN
        : STUDENT[Math.min(n - 1, STUDENT.length) - 1] * deviation / Math.sqrt(n);
  }
}
