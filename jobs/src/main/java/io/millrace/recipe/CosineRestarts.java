package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Cosines one after the other, each from the peak: in cycle i of {@code T_i = T_0 * mult^i}
 * updates, {@code rate(t) = min + (peak - min) * (1 + cos(pi * s / T_i)) / 2} for s updates since
 * its begin.
 *
 * <p>Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, 2017, arXiv
 * 1608.03983.
 *
 * @param cycleEpochs T_0 in epochs, at least one update
 * @param cycleFactor mult
 * @param minRate rate that each cycle falls to
 */
@Named(value = "cosine-restarts", doc = "Cosines one after the other, each from the peak rate.")
public record CosineRestarts(
    @Key(doc = "Epochs of the first cycle.", min = 0, above = true) double cycleEpochs,
    @Key(doc = "How much longer than the one before a cycle is.", value = "2", min = 1)
        int cycleFactor,
    @Key(doc = "Rate that each cycle falls to.", value = "0", min = 0) double minRate)
    implements Schedule {
  @Override
  public double rate(Course course, long update) {
    long length = course.stretch(cycleEpochs);
    long since = update;
    while (since >= length) {
      since -= length;
      length *= cycleFactor;
    }
    return Schedule.cosine(course.peak(), minRate, (double) since / length);
  }

  @Override
  public void check(Course course) {
    Schedule.checkMin(minRate, course);
  }

  @Override
  public String words(Course course) {
    return "cosines from %s to %s over %s, each %d times as long as the one before"
        .formatted(
            Schedule.text(course.peak()),
            Schedule.text(minRate),
            Counts.of(course.stretch(cycleEpochs), "update"),
            cycleFactor);
  }
}
