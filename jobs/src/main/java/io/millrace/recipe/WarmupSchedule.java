package io.millrace.recipe;

import io.millrace.settings.Counts;

/**
 * A linear rise to the peak, joined to a schedule that counts from its end: {@code rate(u) = (u +
 * 1) / updates * peak} for {@code u < updates}, then {@code then.rate(u - updates)}. With 5 updates
 * and peak 0.8 the rates are 0.16, 0.32, 0.48, 0.64, 0.8.
 *
 * <p>Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour, 2017, arXiv
 * 1706.02677, section 2.2. Differs from the paper: starts at peak / updates, not at the rate of one
 * worker.
 *
 * @param updates length of the rise, in updates; 0 is none
 * @param peak rate of the last update of the rise
 * @param then schedule after it
 */
public record WarmupSchedule(long updates, double peak, Schedule then) implements Schedule {
  public WarmupSchedule {
    Schedule.checkRate("peak", peak);
    if (updates < 0) {
      throw new IllegalArgumentException("Invalid updates: " + updates + " (must be >= 0)");
    }
  }

  @Override
  public double rate(long update) {
    return update < updates ? (update + 1.0) / updates * peak : then.rate(update - updates);
  }

  @Override
  public String toString() {
    return "%s of warm-up, then %s".formatted(Counts.of(updates, "update"), then);
  }
}
