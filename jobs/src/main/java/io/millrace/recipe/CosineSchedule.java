package io.millrace.recipe;

import io.millrace.settings.Counts;

/**
 * Half a cosine from the peak down to a last rate: {@code rate(u) = min + (peak - min) * (1 +
 * cos(pi * u / updates)) / 2}, and {@code min} from {@code updates} on. With peak 0.8, min 0 and 10
 * updates, update 5 has rate 0.4.
 *
 * <p>Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, arXiv
 * 1608.03983, without the restarts.
 *
 * @param peak rate of update 0
 * @param min rate at the end
 * @param updates length of the fall, in updates
 */
public record CosineSchedule(double peak, double min, long updates) implements Schedule {
  public CosineSchedule {
    Schedule.checkRate("peak", peak);
    Schedule.checkRate("min", min);
    if (min > peak) {
      throw new IllegalArgumentException("Invalid min: " + min + " (must be <= peak " + peak + ")");
    }
    if (updates < 1) {
      throw new IllegalArgumentException("Invalid updates: " + updates + " (must be >= 1)");
    }
  }

  @Override
  public double rate(long update) {
    double passed = (double) Math.min(update, updates) / updates;
    return min + (peak - min) * (1 + StrictMath.cos(Math.PI * passed)) / 2;
  }

  @Override
  public String toString() {
    return "cosine from %s to %s over %s"
        .formatted(Schedule.text(peak), Schedule.text(min), Counts.of(updates, "update"));
  }
}
