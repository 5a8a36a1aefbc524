package io.millrace.evaluate;

import io.millrace.dataset.Split;
import io.millrace.recipe.Metric;
import io.millrace.settings.Key;

/** Validation after each epoch, and {@code evaluate}. */
public record EvaluationConfig(
    @Key(
            doc =
                "Split that is validated after each epoch: validation, or test (then the report says so).",
            value = "validation",
            rule = "one of validation, test",
            measures = true)
        Split split,
    @Key(
            doc = "Centre crop: share of the short side that is kept.",
            value = "1.0",
            min = 0.01,
            max = 1,
            measures = true)
        double cropShare,
    @Key(doc = "Examples of one forward pass.", value = "256", min = 1) int batch,
    @Key(
            doc =
                "Whose weights model.zip holds: best, the epoch of the best metric, the earlier of equals; or last.",
            value = "best")
        Keep keep,
    @Key(doc = "What tells the best epoch.", value = "val-top1") Metric metric) {
  /** Which epoch's weights a run leaves. */
  public enum Keep {
    BEST,
    LAST
  }

  /** Checks the split. */
  public EvaluationConfig {
    if (split == Split.TRAIN) {
      throw new IllegalArgumentException("Invalid split: train (must be validation or test)");
    }
  }
}
