package io.millrace.recipe;

import io.millrace.settings.Counts;
import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Up and down once: with {@code a = share * T - 1} and {@code b = T - 1}, half a cosine from {@code
 * peak / divisor} to the peak at update a, then half a cosine to {@code peak / divisor /
 * finalDivisor} at update b, and that rate from there on. It is a warm-up of its own.
 *
 * <p>Smith and Topin, Super-Convergence, 2017, arXiv 1708.07120, as PyTorch has it. Differs from
 * the paper, which is linear and has a third phase.
 *
 * @param riseShare share of the run in which the rate rises
 * @param startDivisor the peak over the first rate
 * @param endDivisor the first rate over the last
 * @param highMomentum momentum at the first and the last update; null for the optimiser's all along
 * @param lowMomentum momentum at the peak
 */
@Named(value = "one-cycle", doc = "Half a cosine up, half a cosine down; has a warm-up of its own.")
public record OneCycle(
    @Key(
            doc = "Share of the run in which the rate rises.",
            value = "0.3",
            min = 0,
            max = 1,
            above = true,
            below = true)
        double riseShare,
    @Key(doc = "The peak rate over the first.", value = "25", min = 1) double startDivisor,
    @Key(doc = "The first rate over the last.", value = "1e4", min = 1) double endDivisor,
    @Key(
            doc = "Momentum at the first and the last update; null for the optimiser's all along.",
            value = "null",
            min = 0,
            max = 1,
            below = true)
        Double highMomentum,
    @Key(
            doc = "Momentum at the peak, where highMomentum is given.",
            value = "0.85",
            min = 0,
            max = 1,
            below = true)
        double lowMomentum)
    implements Schedule {
  private static final double LOW_MOMENTUM = 0.85;

  /** Checks that a low momentum has a high one to come from. */
  public OneCycle {
    if (highMomentum == null && lowMomentum != LOW_MOMENTUM) {
      throw new IllegalArgumentException(
          "Invalid lowMomentum: %s (must be left out without highMomentum)".formatted(lowMomentum));
    }
  }

  @Override
  public double rate(Course course, long update) {
    double start = course.peak() / startDivisor;
    return at(course, update, start, course.peak(), start / endDivisor);
  }

  /** Against the rate: from high to low and back. */
  @Override
  public double momentum(Course course, long update) {
    return highMomentum == null
        ? Double.NaN
        : at(course, update, highMomentum, lowMomentum, highMomentum);
  }

  private double at(Course course, long update, double first, double middle, double last) {
    double top = riseShare * course.length() - 1;
    double end = course.length() - 1;
    double now = Math.min(update, end);
    return now <= top
        ? Schedule.cosine(first, middle, now / top)
        : Schedule.cosine(middle, last, (now - top) / (end - top));
  }

  @Override
  public void check(Course course) {
    if (course.warmup() > 0) {
      throw new IllegalArgumentException(
          "Invalid learningRate.warmupEpochs: %d updates of warm-up (must be 0 with one-cycle, which"
                  .formatted(course.warmup())
              + " has its own)");
    }
    if (riseShare * course.length() <= 1) {
      throw new IllegalArgumentException(
          "Invalid learningRate.riseShare: %s (must be more than one of the run's %d updates)"
              .formatted(riseShare, course.length()));
    }
  }

  @Override
  public String words(Course course) {
    String momentum =
        highMomentum == null
            ? ""
            : ", momentum from %s by %s to %1$s"
                .formatted(Schedule.text(highMomentum), Schedule.text(lowMomentum));
    return "one cycle from %s by %s to %s over %s"
            .formatted(
                Schedule.text(course.peak() / startDivisor),
                Schedule.text(course.peak()),
                Schedule.text(course.peak() / startDivisor / endDivisor),
                Counts.of(course.length(), "update"))
        + momentum;
  }
}
