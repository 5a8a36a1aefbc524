package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Focal loss with softmax: {@code -sum_k w_k t_k (1 - p_k)^gamma log p_k}; gradient {@code g_j -
 * p_j sum_k g_k} with {@code g_k = -w_k t_k (1 - p_k)^gamma (1 - gamma p_k log p_k / (1 - p_k))}.
 * Gamma 0 is cross entropy.
 *
 * <p>Source: Lin et al., "Focal Loss for Dense Object Detection", 2017, arXiv 1708.02002. Differs
 * from the paper: softmax over classes that exclude each other, and targets may be soft.
 */
@Named(value = "focal", doc = "Softmax focal loss: examples that are right count less.")
public record Focal(@Key(doc = "Power of 1 - p.", value = "2", min = 0) double gamma)
    implements Loss {
  @Override
  public double of(double[] targets, double[] logits, double[] weights, double[] gradient) {
    Softmax.logarithms(logits, 1, gradient);
    int classes = logits.length;
    double loss = 0;
    double sum = 0;
    double[] own = new double[classes];
    for (int k = 0; k < classes; k++) {
      double target = weights[k] * targets[k];
      if (target != 0) {
        double logP = gradient[k];
        double rest = -StrictMath.expm1(logP);
        double factor = StrictMath.pow(rest, gamma);
        double slope = rest == 0 ? -1 : logP / rest; // log p / (1 - p) tends to -1
        loss -= target * factor * logP;
        own[k] = -target * factor * (1 - gamma * StrictMath.exp(logP) * slope);
        sum += own[k];
      }
    }
    for (int k = 0; k < classes; k++) {
      gradient[k] = own[k] - StrictMath.exp(gradient[k]) * sum;
    }
    return loss;
  }
}
