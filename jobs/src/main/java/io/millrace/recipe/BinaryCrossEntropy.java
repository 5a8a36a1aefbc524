package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Every class for itself: {@code sum_k w_k (-t_k log p_k - (1 - t_k) log(1 - p_k))} with {@code p =
 * sigmoid(z)}, divided by K for the mean over classes; gradient {@code w_k (p_k - t_k)}, likewise.
 * With a threshold targets above it count as 1, all others as 0.
 *
 * <p>A model trained by it is saved as every other, with softmax: of two classes the one of the
 * larger sigmoid has the larger softmax, so that its order of classes is that of the sigmoids, its
 * probabilities sum to 1, and validation losses can be compared.
 *
 * <p>Source: Wightman, Touvron, Jegou, "ResNet strikes back", 2021, arXiv 2110.00476, as timm has
 * it.
 */
@Named(value = "bce", doc = "Binary cross entropy of each class; models are saved with softmax.")
public record BinaryCrossEntropy(
    @Key(
            doc = "Targets above it count as 1, others as 0; null takes them as they are.",
            value = "null",
            min = 0,
            max = 1,
            below = true)
        Double threshold,
    @Key(doc = "Whether an example's loss is the mean over classes, or their sum.", value = "mean")
        Over classes)
    implements Loss {
  /** How the losses of the classes become that of an example. */
  public enum Over {
    MEAN,
    SUM
  }

  @Override
  public boolean isOfSigmoids() {
    return true;
  }

  @Override
  public void check(double label, double other) {
    if (threshold != null && (threshold >= label || threshold < other)) {
      throw new IllegalArgumentException(
          "Invalid loss.threshold: %s (must be >= %s, the target of other classes, and < %s, that of the label)"
              .formatted(Schedule.text(threshold), Schedule.text(other), Schedule.text(label)));
    }
  }

  @Override
  public String wordsOfMixed() {
    return threshold == null || threshold < 0.5
        ? ""
        : "a mixture of which no class has more than %s has no positive one"
            .formatted(Schedule.text(threshold));
  }

  @Override
  public double of(double[] targets, double[] logits, double[] weights, double[] gradient) {
    double share = classes == Over.MEAN ? 1.0 / logits.length : 1;
    double loss = 0;
    for (int k = 0; k < logits.length; k++) {
      double target = threshold == null ? targets[k] : targets[k] > threshold ? 1 : 0;
      double weight = share * weights[k];
      loss += weight * Logistic.crossEntropy(target, logits[k]);
      gradient[k] = weight * (Logistic.sigmoid(logits[k]) - target);
    }
    return loss;
  }
}
