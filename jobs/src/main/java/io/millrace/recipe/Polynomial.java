package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * A power of what is left of the T updates after the warm-up: {@code rate(t) = min + (peak - min) *
 * (1 - t / T)^power}, and {@code min} from {@code T} on. PyTorch's has no minimum.
 *
 * <p>Power 2 is what You, Gitman and Ginsburg, Large Batch Training of Convolutional Networks,
 * 2017, arXiv 1708.03888, use with LARS.
 *
 * @param power power
 * @param minRate rate at the end
 */
@Named(value = "polynomial", doc = "A power of what is left of the run, down to minRate.")
public record Polynomial(
    @Key(doc = "Power.", value = "2", min = 0, above = true) double power,
    @Key(doc = "Rate at the end.", value = "0", min = 0) double minRate)
    implements Schedule {
  @Override
  public double rate(Course course, long update) {
    double left = 1 - (double) Math.min(update, course.length()) / course.length();
    return minRate + (course.peak() - minRate) * StrictMath.pow(left, power);
  }

  @Override
  public void check(Course course) {
    Schedule.checkMin(minRate, course);
  }

  @Override
  public String words(Course course) {
    return "polynomial of power %s from %s to %s over %s"
        .formatted(
            Schedule.text(power),
            Schedule.text(course.peak()),
            Schedule.text(minRate),
            Counts.of(course.length(), "update"));
  }
}
