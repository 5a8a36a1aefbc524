package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * A rate that falls by the same factor everywhere: {@code rate(t) = peak * gamma^(t / U)} with U
 * updates an epoch.
 *
 * @param gamma factor of one epoch
 */
@Named(value = "exponential", doc = "The rate times gamma an epoch, a little with each update.")
public record Exponential(
    @Key(doc = "Factor of one epoch.", value = "0.9", min = 0, above = true, max = 1) double gamma)
    implements Schedule {
  @Override
  public double rate(Course course, long update) {
    return course.peak() * StrictMath.pow(gamma, (double) update / course.perEpoch());
  }

  @Override
  public String words(Course course) {
    return "%s, times %s an epoch".formatted(Schedule.text(course.peak()), Schedule.text(gamma));
  }
}
