package io.millrace.report;

import java.util.ArrayList;
import java.util.List;

/**
 * The axis of a chart: round ticks that cover a range.
 *
 * @param low value of the first tick
 * @param high value of the last
 * @param step distance of two ticks: 1, 2 or 5 times a power of ten
 */
record Axis(double low, double high, double step) {
  /** The tightest axis over a range with at most {@code ticks} steps. */
  static Axis over(double min, double max, int ticks) {
    double span = max > min ? max - min : Math.max(Math.abs(max), 1);
    double power = Math.pow(10, Math.floor(Math.log10(span / ticks)));
    double step = power;
    for (double factor : new double[] {1, 2, 5, 10}) {
      step = factor * power;
      if (span / step <= ticks + 1e-9) {
        break;
      }
    }
    double low = Math.floor(min / step + 1e-9) * step;
    double high = Math.ceil(max / step - 1e-9) * step;
    return new Axis(low, high > low ? high : low + step, step);
  }

  /** Where a value lies, 0 at the first tick and 1 at the last. */
  double at(double value) {
    return (value - low) / (high - low);
  }

  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (int i = 0; low + i * step <= high + step / 2; i++) {
      ticks.add(low + i * step);
    }
    return ticks;
  }
}
