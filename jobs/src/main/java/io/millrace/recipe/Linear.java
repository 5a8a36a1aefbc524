package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * A straight line over the T updates after the warm-up: {@code rate(t) = min + (peak - min) * (1 -
 * t / T)}, and {@code min} from {@code T} on.
 *
 * @param minRate rate at the end
 */
@Named(value = "linear", doc = "A straight line from the peak rate down to minRate.")
public record Linear(@Key(doc = "Rate at the end.", value = "0", min = 0) double minRate)
    implements Schedule {
  @Override
  public double rate(Course course, long update) {
    double left = 1 - (double) Math.min(update, course.length()) / course.length();
    return minRate + (course.peak() - minRate) * left;
  }

  @Override
  public void check(Course course) {
    Schedule.checkMin(minRate, course);
  }

  @Override
  public String words(Course course) {
    return "linear from %s to %s over %s"
        .formatted(
            Schedule.text(course.peak()),
            Schedule.text(minRate),
            Counts.of(course.length(), "update"));
  }
}
