package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * Lion: {@code d = sign(b1 * m + (1 - b1) * g); m = b2 * m + (1 - b2) * g}, with decoupled decay.
 *
 * <p>Chen et al., Symbolic Discovery of Optimization Algorithms, 2023, arXiv 2302.06675.
 *
 * @param beta1 share of the mean in the sign
 * @param beta2 decay of the mean
 */
@Named(value = "lion", doc = "The sign of a mean of gradients; wants about a tenth of Adam's rate.")
public record Lion(
    @Key(doc = "Share of the mean in the sign.", value = "0.9", min = 0, max = 1, below = true)
        double beta1,
    @Key(doc = "Decay of the mean.", value = "0.99", min = 0, max = 1, below = true) double beta2)
    implements Optimizer {
  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public Decay decay() {
    return Decay.DECOUPLED;
  }

  /** DL4J has no Lion: its plain gradient descent goes on. */
  @Override
  public Stock stock(double rate) {
    return Stock.of(new org.nd4j.linalg.learning.config.Sgd(rate));
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    float[] m = state[0];
    float share = (float) beta1;
    float rest = (float) (1 - beta1);
    float keep = (float) beta2;
    float fresh = (float) (1 - beta2);
    for (int i = 0; i < length; i++) {
      float g = gradient[i];
      gradient[i] = Math.signum(share * m[i] + rest * g);
      m[i] = keep * m[i] + fresh * g;
    }
  }
}
