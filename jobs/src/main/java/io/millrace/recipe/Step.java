package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * A rate that is multiplied by gamma after every s updates: {@code rate(t) = peak * gamma^floor(t /
 * s)}.
 *
 * @param stepEvery s in epochs, at least one update
 * @param gamma factor of one step
 */
@Named(value = "step", doc = "The rate times gamma after each stretch of stepEvery epochs.")
public record Step(
    @Key(
            doc = "Epochs from one fall to the next, the first one after the warm-up.",
            min = 0,
            above = true)
        double stepEvery,
    @Key(doc = "Factor of one fall.", value = "0.1", min = 0, above = true) double gamma)
    implements Schedule {
  @Override
  public double rate(Course course, long update) {
    return course.peak() * StrictMath.pow(gamma, update / course.stretch(stepEvery));
  }

  @Override
  public boolean hasSteps() {
    return true;
  }

  @Override
  public String words(Course course) {
    return "%s, times %s every %s"
        .formatted(
            Schedule.text(course.peak()),
            Schedule.text(gamma),
            Counts.of(course.stretch(stepEvery), "update"));
  }
}
