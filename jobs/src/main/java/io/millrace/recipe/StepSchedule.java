package io.millrace.recipe;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A rate that is multiplied by gamma at each of the given updates: {@code rate(u) = peak *
 * gamma^(number of steps <= u)}. With peak 0.8, steps 3 and 8 and gamma 0.1, updates 3 to 7 have
 * rate 0.08.
 *
 * @param peak rate before the first step
 * @param steps updates at which the rate changes, in order
 * @param gamma factor of one step
 */
public record StepSchedule(double peak, List<Long> steps, double gamma) implements Schedule {
  public StepSchedule {
    Schedule.checkRate("peak", peak);
    Schedule.checkRate("gamma", gamma);
    steps = List.copyOf(steps);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) < 0 || (i > 0 && steps.get(i) <= steps.get(i - 1))) {
        throw new IllegalArgumentException("Invalid steps: " + steps + " (must be >= 0 and rise)");
      }
    }
  }

  @Override
  public double rate(long update) {
    double rate = peak;
    for (long step : steps) {
      if (update >= step) {
        rate *= gamma;
      }
    }
    return rate;
  }

  @Override
  public String toString() {
    return "%s, times %s after updates %s"
        .formatted(
            Schedule.text(peak),
            Schedule.text(gamma),
            steps.stream().map(String::valueOf).collect(Collectors.joining(", ")));
  }
}
