package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.nd4j.linalg.learning.config.AdaGrad;

/**
 * Adagrad: {@code s = s + g^2; d = g / (sqrt(s + initial) + epsilon) / (1 + (t - 1) * rateDecay)}.
 *
 * <p>Duchi, Hazan and Singer, Adaptive Subgradient Methods, JMLR 2011, as PyTorch has it.
 *
 * @param epsilon what is added to the root
 * @param initial what the sum of squares starts with
 * @param rateDecay how fast the rate falls
 */
@Named(value = "adagrad", doc = "Gradients over the root of the sum of their squares.")
public record Adagrad(
    @Key(doc = "What is added to the root.", value = "1e-10", min = 0, above = true) double epsilon,
    @Key(doc = "What the sum of squares starts with.", value = "0", min = 0) double initial,
    @Key(doc = "Fall of the rate: it is divided by 1 + (t - 1) x this.", value = "0", min = 0)
        double rateDecay)
    implements Optimizer {
  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public Stock stock(double rate) {
    return Stock.of(new AdaGrad(rate, epsilon), 1.0);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    float[] sum = state[0];
    float start = (float) initial;
    float eps = (float) epsilon;
    float step = (float) (1 / (1 + (now.step() - 1) * rateDecay));
    for (int i = 0; i < length; i++) {
      sum[i] += gradient[i] * gradient[i];
      gradient[i] = step * gradient[i] / ((float) Math.sqrt(sum[i] + start) + eps);
    }
  }
}
