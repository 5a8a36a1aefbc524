package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Half a cosine from the peak down to a last rate over the T updates after the warm-up: {@code
 * rate(t) = min + (peak - min) * (1 + cos(pi * t / T)) / 2}, and {@code min} from {@code T} on.
 * With peak 0.8, min 0 and 10 updates, update 5 has rate 0.4.
 *
 * <p>Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, arXiv
 * 1608.03983, without the restarts.
 *
 * @param minRate rate at the end
 */
@Named(value = "cosine", doc = "Half a cosine from the peak rate down to minRate.")
public record Cosine(@Key(doc = "Rate at the end.", value = "0", min = 0) double minRate)
    implements Schedule {
  @Override
  public double rate(Course course, long update) {
    double passed = (double) Math.min(update, course.length()) / course.length();
    return Schedule.cosine(course.peak(), minRate, passed);
  }

  @Override
  public void check(Course course) {
    Schedule.checkMin(minRate, course);
  }

  @Override
  public String words(Course course) {
    return "cosine from %s to %s over %s"
        .formatted(
            Schedule.text(course.peak()),
            Schedule.text(minRate),
            Counts.of(course.length(), "update"));
  }
}
