package io.millrace.recipe;

import io.millrace.settings.Counts;

/**
 * The learning rate of a whole run: {@code peak = base * globalBatch / referenceBatch}, reached by
 * a linear warm-up of m updates, {@code rate(u) = (u + 1) / m * peak} for {@code u < m}, then a
 * schedule that counts from its end. With 5 updates of warm-up and peak 0.8 it begins 0.16, 0.32,
 * 0.48, 0.64, 0.8.
 *
 * <p>Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour, 2017, arXiv
 * 1706.02677, section 2.2. Differs from the paper: starts at peak / m, not at the rate of one
 * worker.
 *
 * @param course the run's updates
 * @param schedule rates after the warm-up
 * @param derivation one line for {@code plan}: where the peak comes from and what follows
 */
public record ResolvedRate(Course course, Schedule schedule, String derivation)
    implements LearningRate {
  /** A rate that nobody asks where it comes from. */
  public static ResolvedRate of(Course course, Schedule schedule) {
    return new ResolvedRate(course, schedule, words(course, schedule));
  }

  /**
   * Resolves {@code config} for {@code epochs} epochs of {@code updatesPerEpoch} updates of {@code
   * globalBatch} examples.
   *
   * @throws IllegalArgumentException for a schedule that cannot cover the run
   */
  public static ResolvedRate of(
      LearningRateConfig config, long globalBatch, long updatesPerEpoch, int epochs) {
    if (!(config.warmupEpochs() >= 0)) {
      throw new IllegalArgumentException(
          "Invalid learningRate.warmupEpochs: %s (must be >= 0)".formatted(config.warmupEpochs()));
    }
    double warmupEpochs = Math.min(config.warmupEpochs(), epochs);
    Course course =
        new Course(
            peak(config, globalBatch),
            Math.round(warmupEpochs * updatesPerEpoch),
            Math.multiplyExact(updatesPerEpoch, (long) epochs),
            updatesPerEpoch);
    config.schedule().check(course);
    String cut =
        warmupEpochs == config.warmupEpochs()
            ? ""
            : "; the warm-up of %s epochs is cut to the run's %d"
                .formatted(Schedule.text(config.warmupEpochs()), epochs);
    String derivation =
        "%s, %s%s"
            .formatted(
                scaling(config, globalBatch, course.peak()), words(course, config.schedule()), cut);
    return new ResolvedRate(course, config.schedule(), derivation);
  }

  private static double peak(LearningRateConfig config, long globalBatch) {
    return config.linearScaling()
        ? config.base() * globalBatch / config.referenceBatch()
        : config.base();
  }

  @Override
  public double rate(long update) {
    long warmup = course.warmup();
    return update < warmup
        ? (update + 1.0) / warmup * course.peak()
        : schedule.rate(course, update - warmup);
  }

  private static String words(Course course, Schedule schedule) {
    String then = schedule.words(course);
    return course.warmup() == 0
        ? then
        : "%s of warm-up, then %s".formatted(Counts.of(course.warmup(), "update"), then);
  }

  private static String scaling(LearningRateConfig config, long globalBatch, double peak) {
    return config.linearScaling()
        ? "%s x %d / %d = %s"
            .formatted(
                Schedule.text(config.base()),
                globalBatch,
                config.referenceBatch(),
                Schedule.text(peak))
        : Schedule.text(peak) + " (not scaled)";
  }
}
