package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.nd4j.linalg.learning.config.AMSGrad;

/**
 * AMSGrad: Adam with the largest v so far in its place: {@code u = max(u, v); d = m / (1 - b1^t) /
 * (sqrt(u / (1 - b2^t)) + epsilon)}.
 *
 * <p>Reddi, Kale and Kumar, On the Convergence of Adam and Beyond, ICLR 2018; the maximum is that
 * of uncorrected means, as in PyTorch.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon what is added to the root
 */
@Named(value = "amsgrad", doc = "Adam whose roots never fall.")
public record AmsGrad(
    @Key(doc = "Decay of the mean of gradients.", value = "0.9", min = 0, max = 1, below = true)
        double beta1,
    @Key(
            doc = "Decay of the mean of squared gradients.",
            value = "0.999",
            min = 0,
            max = 1,
            below = true)
        double beta2,
    @Key(doc = "What is added to the root.", value = "1e-8", min = 0, above = true) double epsilon)
    implements Optimizer {
  @Override
  public int stateVectors() {
    return 3;
  }

  @Override
  public Stock stock(double rate) {
    return Stock.of(new AMSGrad(rate, beta1, beta2, epsilon), 1.0, 1.0, 1.0);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    AdamMoments.accumulate(state[0], state[1], gradient, length, beta1, beta2);
    float[] largest = state[2];
    float[] v = state[1];
    for (int i = 0; i < length; i++) {
      largest[i] = Math.max(largest[i], v[i]);
    }
    AdamMoments.ratio(
        gradient,
        state[0],
        largest,
        length,
        AdamMoments.correction(beta1, now.step()),
        Math.sqrt(AdamMoments.correction(beta2, now.step())),
        epsilon);
  }
}
