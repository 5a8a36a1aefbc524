package io.millrace.recipe;

import io.millrace.settings.Key;

/** The learning rate: base x globalBatch / referenceBatch, reached by warm-up, then a schedule. */
public record LearningRateConfig(
    @Key(doc = "Rate at the reference batch.", value = "0.1", min = 0, above = true) double base,
    @Key(doc = "Global batch at which base holds.", value = "256", min = 1) int referenceBatch,
    @Key(
            doc = "How the rate grows with globalBatch / referenceBatch.",
            value = "linear",
            was = "linearScaling")
        Scaling scaling,
    @Key(
            doc = "Epochs of warm-up; a run that is shorter warms up to its end, and plan says so.",
            value = "5",
            min = 0)
        double warmupEpochs,
    @Key(doc = "Whether the warm-up is a line to the peak rate, or constant.", value = "linear")
        Warmup.Shape warmupShape,
    @Key(doc = "Rate at which the warm-up starts, or stays.", value = "0", min = 0)
        double warmupStart,
    @Key(doc = "Schedule after warm-up.", value = "cosine", inline = true) Schedule schedule) {
  /** Checks that there is a warm-up where its shape or its start is given. */
  public LearningRateConfig {
    if (warmupEpochs == 0 && warmupStart != 0) {
      throw new IllegalArgumentException(
          "Invalid warmupStart: %s (must be 0 where warmupEpochs is 0)"
              .formatted(Schedule.text(warmupStart)));
    }
    if (warmupEpochs == 0 && warmupShape != Warmup.Shape.LINEAR) {
      throw new IllegalArgumentException(
          "Invalid warmupShape: constant (must be linear where warmupEpochs is 0)");
    }
  }
}
