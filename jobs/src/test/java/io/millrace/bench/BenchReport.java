package io.millrace.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * Prints one JSON line a measurement and keeps the smallest of value/target (target/value where
 * less is better).
 */
public final class BenchReport {
  private double worst = Double.POSITIVE_INFINITY;

  /** A row whose value has to be at least {@code target}. */
  public void atLeast(String name, double ours, double peer, double value, double target) {
    print(name, ours, peer, value, target);
    worst = Math.min(worst, value / target);
  }

  /** A row whose value has to be at most {@code target}. */
  public void atMost(String name, double ours, double peer, double value, double target) {
    print(name, ours, peer, value, target);
    worst = Math.min(worst, target / value);
  }

  /** The median of an odd or even number of measurements. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double worst() {
    return worst;
  }

  private static void print(String name, double ours, double peer, double value, double target) {
    System.out.printf(
        Locale.ROOT,
        "{\"name\":\"%s\",\"ours\":%.6g,\"peer\":%.6g,\"value\":%.4g,\"target\":%.4g}%n",
        name,
        ours,
        peer,
        value,
        target);
  }
}
