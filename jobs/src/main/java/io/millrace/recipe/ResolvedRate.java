package io.millrace.recipe;

import io.millrace.config.LearningRateConfig;
import java.util.List;

/**
 * The learning rate of a whole run, resolved from its config: {@code peak = base * globalBatch /
 * referenceBatch}, reached by linear warm-up, then a schedule that ends with the last update.
 *
 * @param peak the highest rate
 * @param warmupUpdates length of the warm-up, in updates
 * @param updates updates of the run
 * @param schedule rate of each update
 * @param derivation one line for {@code plan}: where the peak comes from and what follows
 */
public record ResolvedRate(
    double peak, long warmupUpdates, long updates, Schedule schedule, String derivation) {

  /**
   * Resolves {@code config} for {@code epochs} epochs of {@code updatesPerEpoch} updates of {@code
   * globalBatch} examples.
   *
   * @throws IllegalArgumentException for a last rate above the peak, and for steps that do not rise
   *     or fall into the warm-up
   */
  public static ResolvedRate of(
      LearningRateConfig config, long globalBatch, long updatesPerEpoch, int epochs) {
    if (!(config.warmupEpochs() >= 0)) {
      throw new IllegalArgumentException(
          "Invalid learningRate.warmupEpochs: %s (must be >= 0)".formatted(config.warmupEpochs()));
    }
    double warmupEpochs = Math.min(config.warmupEpochs(), epochs);
    double peak = peak(config, globalBatch);
    long updates = Math.multiplyExact(updatesPerEpoch, (long) epochs);
    long warmup = Math.round(warmupEpochs * updatesPerEpoch);
    Schedule then = afterWarmup(config, peak, warmup, updates, updatesPerEpoch);
    Schedule schedule = warmup == 0 ? then : new WarmupSchedule(warmup, peak, then);
    String cut =
        warmupEpochs == config.warmupEpochs()
            ? ""
            : "; the warm-up of %s epochs is cut to the run's %d"
                .formatted(Schedule.text(config.warmupEpochs()), epochs);
    return new ResolvedRate(
        peak, warmup, updates, schedule, derivation(config, globalBatch, peak, schedule) + cut);
  }

  private static double peak(LearningRateConfig config, long globalBatch) {
    return config.linearScaling()
        ? config.base() * globalBatch / config.referenceBatch()
        : config.base();
  }

  private static Schedule afterWarmup(
      LearningRateConfig config, double peak, long warmup, long updates, long updatesPerEpoch) {
    switch (config.schedule()) {
      case CONSTANT:
        return new ConstantSchedule(peak);
      case COSINE:
        if (!(config.minRate() <= peak)) {
          throw new IllegalArgumentException(
              String.format(
                  "Invalid learningRate.minRate: %s (must be <= the peak rate, %s)",
                  config.minRate(), peak));
        }
        return new CosineSchedule(peak, config.minRate(), Math.max(1, updates - warmup));
      case STEP:
        return new StepSchedule(peak, steps(config, warmup, updatesPerEpoch), config.gamma());
    }
    throw new IllegalArgumentException(
        "Invalid learningRate.schedule: "
            + config.schedule()
            + " (must be constant, cosine, step)");
  }

  private static List<Long> steps(LearningRateConfig config, long warmup, long updatesPerEpoch) {
    List<Long> steps =
        config.stepEpochs().stream().map(e -> Math.round(e * updatesPerEpoch) - warmup).toList();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) < 0 || (i > 0 && steps.get(i) <= steps.get(i - 1))) {
        throw new IllegalArgumentException(
            String.format(
                "Invalid learningRate.stepEpochs: %s (must rise, by an update at least, and lie"
                    + " after the warm-up of %s epochs)",
                config.stepEpochs(), config.warmupEpochs()));
      }
    }
    return steps;
  }

  private static String derivation(
      LearningRateConfig config, long globalBatch, double peak, Schedule schedule) {
    String scaled =
        config.linearScaling()
            ? String.format(
                "%s x %d / %d = %s",
                Schedule.text(config.base()),
                globalBatch,
                config.referenceBatch(),
                Schedule.text(peak))
            : Schedule.text(peak) + " (not scaled)";
    return scaled + ", " + schedule;
  }
}
