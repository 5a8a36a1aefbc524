package io.millrace.epoch;

import io.millrace.recipe.Distillation;
import io.millrace.settings.Key;

/**
 * Learning from another model. Which one it is has its say in the weights by what the file holds,
 * not by where it lies; kept logits give the same bits.
 */
public record DistillationConfig(
    @Key(
            doc = "Path of the model.zip that teaches; null for none.",
            value = "null",
            decides = false)
        String teacher,
    @Key(doc = "What both models' logits are divided by.", value = "20", min = 0, above = true)
        double temperature,
    @Key(
            doc = "Weight of the loss on the targets; the rest is that on the teacher's.",
            value = "0.5",
            min = 0,
            max = 1)
        double hardWeight,
    @Key(
            doc =
                "Whether executors keep the teacher's logits of the examples they have seen; only where no image changes from epoch to epoch.",
            value = "false",
            decides = false)
        boolean cacheLogits,
    @Key(
            doc =
                "Megabytes of an executor's heap for kept logits; what does not fit is computed anew.",
            value = "256",
            min = 1,
            decides = false)
        int cacheMegabytes) {
  private static final double TEMPERATURE = 20;
  private static final double HARD_WEIGHT = 0.5;

  /** Checks that there is a teacher for what is said of it. */
  public DistillationConfig {
    if (teacher == null && temperature != TEMPERATURE) {
      throw new IllegalArgumentException(
          "Invalid temperature: %s (must be left out without a teacher)".formatted(temperature));
    }
    if (teacher == null && hardWeight != HARD_WEIGHT) {
      throw new IllegalArgumentException(
          "Invalid hardWeight: %s (must be left out without a teacher)".formatted(hardWeight));
    }
    if (teacher == null && cacheLogits) {
      throw new IllegalArgumentException(
          "Invalid cacheLogits: true (must be false without a teacher)");
    }
  }

  /** The loss; null without a teacher. */
  public Distillation distillation() {
    return teacher == null ? null : new Distillation(temperature, hardWeight);
  }

  /** Bytes for logits on an executor; 0 keeps none. */
  public long cacheBytes() {
    return cacheLogits ? (long) cacheMegabytes << 20 : 0;
  }
}
