package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Focal loss of every class for itself: {@code sum_k w_k a_k (1 - q_k)^gamma ce_k} with {@code p =
 * sigmoid(z)}, {@code ce_k = -t_k log p_k - (1 - t_k) log(1 - p_k)}, {@code q_k = p_k t_k + (1 -
 * p_k)(1 - t_k)} and {@code a_k = alpha t_k + (1 - alpha)(1 - t_k)}. A model trained by it is saved
 * as one of {@link BinaryCrossEntropy}.
 *
 * <p>Source: Lin et al., "Focal Loss for Dense Object Detection", 2017, arXiv 1708.02002, as
 * torchvision has it; summed over classes.
 */
@Named(
    value = "sigmoid-focal",
    doc = "Focal loss of each class, summed; models are saved with softmax.")
public record SigmoidFocal(
    @Key(doc = "Power of 1 - q.", value = "2", min = 0) double gamma,
    @Key(
            doc = "Weight of targets of 1, 1 - alpha that of 0; at 0.5 both count alike, half.",
            value = "0.25",
            min = 0,
            max = 1,
            above = true,
            below = true)
        double alpha)
    implements Loss {
  @Override
  public boolean isOfSigmoids() {
    return true;
  }

  @Override
  public double of(double[] targets, double[] logits, double[] weights, double[] gradient) {
    double loss = 0;
    for (int k = 0; k < logits.length; k++) {
      double t = targets[k];
      double p = Logistic.sigmoid(logits[k]);
      double ce = Logistic.crossEntropy(t, logits[k]);
      double rest = p * (1 - t) + Logistic.sigmoid(-logits[k]) * t;
      double balance = alpha * t + (1 - alpha) * (1 - t);
      double weight = weights[k] * balance * StrictMath.pow(rest, gamma);
      double slope = rest == 0 ? 0 : p * Logistic.sigmoid(-logits[k]) / rest;
      loss += weight * ce;
      gradient[k] = weight * (p - t - ce * gamma * (2 * t - 1) * slope);
    }
    return loss;
  }
}
