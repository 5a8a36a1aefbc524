package io.millrace.recipe;

import io.millrace.settings.Named;

/**
 * Cross entropy of soft targets: {@code -sum_k w_k t_k log p_k} with {@code p = softmax(z)};
 * gradient {@code p_j sum_k w_k t_k - w_j t_j}.
 */
@Named(
    value = "cross-entropy",
    doc = "Softmax cross entropy; a configuration of your own keeps the loss of its output layer.")
public record CrossEntropy() implements Loss {
  @Override
  public boolean isStock() {
    return true;
  }

  @Override
  public double of(double[] targets, double[] logits, double[] weights, double[] gradient) {
    Softmax.logarithms(logits, 1, gradient);
    double loss = 0;
    double sum = 0;
    for (int k = 0; k < logits.length; k++) {
      double target = weights[k] * targets[k];
      loss -= target == 0 ? 0 : target * gradient[k];
      sum += target;
    }
    for (int k = 0; k < logits.length; k++) {
      gradient[k] = StrictMath.exp(gradient[k]) * sum - weights[k] * targets[k];
    }
    return loss;
  }
}
