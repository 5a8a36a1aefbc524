package io.millrace.exchange;

import io.millrace.recipe.Course;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Schedule;
import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * The quadratic synchronization rule: {@code H = max(base, floor((alpha / rate)^2))} with the rate
 * of the round's first update, and with the peak rate during the warm-up. Where the rate is 0 a
 * round lasts to the end of the epoch. With base 2 and alpha 0.3, H is 2 at rate 0.8 and 14 at rate
 * 0.08.
 *
 * <p>Gu, Lyu, Arora and Huang, A Quadratic Synchronization Rule for Distributed Deep Learning,
 * 2023, arXiv 2310.14423, algorithm 2; alpha there is of the order of the peak rate.
 *
 * @param base the least updates of a round
 * @param alpha scale of the rate
 */
@Named(
    value = "qsr",
    doc = "max(base, (alpha / rate)^2) rounded down: the longer, the smaller the rate.")
public record Qsr(
    @Key(doc = "The least updates of a round.", value = "4", min = 1) int base,
    @Key(
            doc =
                "Rate at which the rule gives a round of one update; of the order of"
                    + " the peak rate.",
            min = 0,
            above = true)
        double alpha)
    implements Every {
  /** Checks the numbers. */
  public Qsr {
    FixedEvery.check("base", base);
    if (!(alpha > 0)) {
      throw new IllegalArgumentException("Invalid alpha: " + alpha + " (must be > 0)");
    }
  }

  @Override
  public long updates(long update, ResolvedRate plan, LearningRate known) {
    Course course = plan.course();
    double ratio = alpha / (update < course.warmup() ? course.peak() : known.rate(update));
    return Math.max(base, (long) Math.floor(ratio * ratio));
  }

  @Override
  public void check(ResolvedRate plan) {
    Course course = plan.course();
    double first = plan.rate(course.warmup());
    if (first < course.peak() * (1 - 1e-9)) {
      throw new IllegalArgumentException(
          "Invalid averaging.every: qsr (must have a rate that is at its peak, %s, where the warm-up"
                  .formatted(Schedule.text(course.peak()))
              + " ends; it is %s)".formatted(Schedule.text(first)));
    }
  }

  @Override
  public String words(ResolvedRate plan) {
    return "%s or more, by (%s / rate)^2"
        .formatted(Counts.of(base, "update"), Schedule.text(alpha));
  }
}
