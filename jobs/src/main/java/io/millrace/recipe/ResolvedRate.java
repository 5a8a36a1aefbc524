package io.millrace.recipe;

/**
 * The learning rate of a whole run: a peak that follows from the global batch, reached by a
 * warm-up, then a schedule that counts from its end.
 *
 * @param course the run's updates
 * @param warmup rates before the peak
 * @param schedule rates after the warm-up
 * @param derivation one line for {@code plan}: where the peak comes from and what follows
 * @param heldFrom the update whose rate stays from there on; {@link #NEVER} for none
 */
public record ResolvedRate(
    Course course, Warmup warmup, Schedule schedule, String derivation, long heldFrom)
    implements LearningRate {
  /** No update. */
  public static final long NEVER = Long.MAX_VALUE;

  /** A rate that nobody asks where it comes from. */
  public static ResolvedRate of(Course course, Schedule schedule) {
    return new ResolvedRate(
        course, Warmup.FROM_ZERO, schedule, words(course, Warmup.FROM_ZERO, schedule), NEVER);
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
            config.scaling().peak(config.base(), globalBatch, config.referenceBatch()),
            Course.updates(warmupEpochs, updatesPerEpoch),
            Math.multiplyExact(updatesPerEpoch, (long) epochs),
            updatesPerEpoch);
    Warmup warmup = new Warmup(config.warmupShape(), config.warmupStart());
    check(course, warmup);
    config.schedule().check(course);
    String cut =
        warmupEpochs == config.warmupEpochs()
            ? ""
            : "; the warm-up of %s epochs is cut to the run's %d"
                .formatted(Schedule.text(config.warmupEpochs()), epochs);
    String derivation =
        config.scaling().words(config.base(), globalBatch, config.referenceBatch())
            + Schedule.text(course.peak())
            + ", "
            + words(course, warmup, config.schedule())
            + cut;
    return new ResolvedRate(course, warmup, config.schedule(), derivation, NEVER);
  }

  private static void check(Course course, Warmup warmup) {
    if (course.peak() > Float.MAX_VALUE) {
      throw new IllegalArgumentException(
          "Invalid learningRate.base: it gives a peak rate of %s (must be <= %s)"
              .formatted(course.peak(), Float.MAX_VALUE));
    }
    if (course.warmup() > 0 && warmup.start() > course.peak()) {
      throw new IllegalArgumentException(
          "Invalid learningRate.warmupStart: %s (must be <= the peak rate, %s)"
              .formatted(warmup.start(), course.peak()));
    }
    if (course.warmup() > 0 && warmup.shape() == Warmup.Shape.CONSTANT && warmup.start() == 0) {
      throw new IllegalArgumentException(
          "Invalid learningRate.warmupStart: 0 (must be > 0 where warmupShape is constant: nothing"
              + " would be trained)");
    }
  }

  /** The same with another schedule after the warm-up. */
  ResolvedRate with(Schedule other) {
    return new ResolvedRate(course, warmup, other, derivation, heldFrom);
  }

  /** The same with a rate that stays from an update on. */
  public ResolvedRate heldFrom(long update) {
    String words = "%s; held from update %d on".formatted(derivation, update);
    return new ResolvedRate(course, warmup, schedule, words, update);
  }

  @Override
  public double rate(long update) {
    long at = Math.min(update, heldFrom);
    return at < course.warmup()
        ? warmup.rate(course, at)
        : schedule.rate(course, at - course.warmup());
  }

  /** The momentum of an update, in the place of the optimiser's; NaN for that. */
  double momentum(long update) {
    long at = Math.min(update, heldFrom);
    return at < course.warmup() ? Double.NaN : schedule.momentum(course, at - course.warmup());
  }

  /** Whether it stays at its peak after the warm-up until it falls by a first step. */
  public boolean hasSteps() {
    return schedule.hasSteps();
  }

  private static String words(Course course, Warmup warmup, Schedule schedule) {
    if (course.warmup() == 0) {
      return schedule.words(course);
    }
    return warmup.words(course)
        + (course.warmup() < course.updates()
            ? ", then " + schedule.words(course)
            : ", which is the whole run");
  }
}
