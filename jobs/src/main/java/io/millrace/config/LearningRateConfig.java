package io.millrace.config;

import io.millrace.settings.Key;
import java.util.List;

/** The learning rate: base x globalBatch / referenceBatch, reached by warm-up, then a schedule. */
public record LearningRateConfig(
    @Key(doc = "Rate at the reference batch.", value = "0.1", min = 0, above = true) double base,
    @Key(doc = "Global batch at which base holds.", value = "256", min = 1) int referenceBatch,
    @Key(doc = "Scale the rate by globalBatch / referenceBatch.", value = "true")
        boolean linearScaling,
    @Key(
            doc =
                "Epochs of linear warm-up; a run that is shorter warms up to its end, and plan says so.",
            value = "5",
            min = 0)
        double warmupEpochs,
    @Key(doc = "Schedule after warm-up.", value = "cosine") Schedule schedule,
    @Key(doc = "Rate at the end of the cosine.", value = "0", min = 0) double minRate,
    @Key(
            doc =
                "Epochs, counted from the start of training, at which step multiplies the rate by gamma.",
            value = "[]")
        List<Double> stepEpochs,
    @Key(doc = "Factor of step.", value = "0.1", min = 0, above = true) double gamma) {
  /** Checks the epochs of step. */
  public LearningRateConfig {
    stepEpochs = List.copyOf(stepEpochs);
    boolean ascending =
        stepEpochs.stream().allMatch(epoch -> epoch > 0)
            && stepEpochs.equals(stepEpochs.stream().sorted().distinct().toList());
    if (!ascending || (schedule == Schedule.STEP && stepEpochs.isEmpty())) {
      throw new IllegalArgumentException(
          "Invalid stepEpochs: " + stepEpochs + " (must be ascending epochs > 0, one or more)");
    }
  }

  /** Schedules. */
  public enum Schedule {
    CONSTANT,
    COSINE,
    STEP
  }
}
