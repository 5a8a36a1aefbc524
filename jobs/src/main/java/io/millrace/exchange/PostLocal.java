package io.millrace.exchange;

import io.millrace.recipe.Course;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Schedule;
import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.OptionalInt;

/**
 * Post-local SGD: {@code every(u) = 1} until the rate falls for the first time after the warm-up,
 * then H. A rate that does not fall by steps never does so at once: there H begins with the second
 * half of the run, after the warm-up. An epoch may be given instead.
 *
 * <p>Lin, Stich, Patel and Jaggi, Don't Use Large Mini-Batches, Use Local SGD, 2018, arXiv
 * 1808.07217, section 3. Differs from the paper, which knows steps alone, in what other schedules
 * do.
 *
 * @param updates H
 * @param fromEpoch epochs after which H begins, counted from the start of training; null for the
 *     rule
 */
@Named(
    value = "post-local",
    doc = "1 until the rate falls by its first step, or for half of the run, then a number.")
public record PostLocal(
    @Key(doc = "Updates of a round from then on.", value = "16", min = 1) int updates,
    @Key(
            doc =
                "Epochs after which that begins; null for the first fall of the rate after the"
                    + " warm-up, and for half of the run under a schedule without steps.",
            value = "null",
            min = 0)
        Double fromEpoch)
    implements Every {
  /** Checks the number. */
  public PostLocal {
    FixedEvery.check("updates", updates);
  }

  @Override
  public long updates(long update, ResolvedRate plan, LearningRate known) {
    return isLocal(update, plan, known) ? updates : 1;
  }

  private boolean isLocal(long update, ResolvedRate plan, LearningRate known) {
    Course course = plan.course();
    if (fromEpoch != null) {
      return update >= course.updates(fromEpoch);
    }
    if (update < course.warmup()) {
      return false;
    }
    return plan.hasSteps() ? known.undisturbed(update) < course.peak() : update >= half(course);
  }

  /** The first update of the run's second half, which is not the smaller one. */
  private static long half(Course course) {
    return course.updates() / 2;
  }

  @Override
  public OptionalInt always() {
    return updates == 1 ? OptionalInt.of(1) : OptionalInt.empty();
  }

  @Override
  public void check(ResolvedRate plan) {
    Course course = plan.course();
    if (fromEpoch != null && course.updates(fromEpoch) >= course.updates()) {
      throw new IllegalArgumentException(
          "Invalid averaging.every.fromEpoch: %s (must lie before the end of the run, which has %s)"
              .formatted(
                  Schedule.text(fromEpoch),
                  Counts.of(course.updates() / course.perEpoch(), "epoch")));
    }
  }

  @Override
  public String words(ResolvedRate plan) {
    Course course = plan.course();
    String until =
        fromEpoch != null
            ? "update %,d".formatted(course.updates(fromEpoch))
            : plan.hasSteps()
                ? "the first fall of the rate"
                : "update %,d".formatted(Math.max(course.warmup(), half(course)));
    return "1 update until %s, then %d".formatted(until, updates);
  }
}
