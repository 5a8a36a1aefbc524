package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Adam: {@code d = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)} of {@link AdamMoments}.
 *
 * <p>Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014, arXiv 1412.6980; epsilon
 * stands outside of the root, as in PyTorch. Decay is decoupled from the gradient: Loshchilov and
 * Hutter, 2017, arXiv 1711.05101, with the base rate inside, as PyTorch.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon what is added to the root
 */
@Named(value = "adamw", doc = "Adam with decoupled decay.")
public record AdamW(
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
    return 2;
  }

  @Override
  public Decay decay() {
    return Decay.DECOUPLED;
  }

  /** DL4J's Adam, without the decay. */
  @Override
  public Stock stock(double rate) {
    return new Adam(beta1, beta2, epsilon).stock(rate);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    AdamMoments.direction(gradient, state, length, beta1, beta2, epsilon, now.step());
  }
}
