package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import io.millrace.settings.Portion;

/**
 * Stochastic weight averaging: from some epoch on, at the end of each, {@code mean = (n * mean + w)
 * / (n + 1)}, at a rate that stays what it is there; batch norms measure their statistics anew
 * before it is used.
 *
 * <p>Izmailov, Podoprikhin, Garipov, Vetrov and Wilson, Averaging Weights Leads to Wider Optima and
 * Better Generalization, 2018, arXiv 1803.05407.
 *
 * @param start share of the run before it
 * @param holdRate whether the rate stays from there on
 * @param recalibrate share of train that batch norms measure their statistics by
 */
@Named(value = "swa", doc = "Mean of the weights at the ends of the last epochs.")
public record Swa(
    @Key(
            doc =
                "Share of the run before the first weights that count, rounded down to an epoch's end.",
            value = "0.75",
            min = 0,
            max = 1,
            below = true)
        double start,
    @Key(
            doc =
                "Whether the learning rate stays what it is there, whatever the schedule says of later epochs.",
            value = "true")
        boolean holdRate,
    @Key(
            doc = "Share of train that batch norms measure their statistics by; 0 averages them.",
            value = "0.1",
            min = 0,
            max = 1)
        double recalibrate)
    implements Shadow {
  @Override
  public double keep(Round now, long samples) {
    long done = now.before() + now.updates();
    return now.endsEpoch() && done > from(now.course()) ? samples / (samples + 1.0) : 1;
  }

  @Override
  public boolean needsCourse() {
    return true;
  }

  @Override
  public long holdsRateFrom(Course course) {
    return holdRate ? from(course) : -1;
  }

  /** Updates before the first epoch that counts. */
  private long from(Course course) {
    long epochs = course.updates() / course.perEpoch();
    return Portion.floor(start, epochs) * course.perEpoch();
  }
}
