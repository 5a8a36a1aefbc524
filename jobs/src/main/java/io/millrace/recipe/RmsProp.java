package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * RMSProp: {@code s = alpha * s + (1 - alpha) * g^2; d = g / (sqrt(s) + epsilon)}; centred, with
 * the variance {@code s - a^2} under the root for {@code a = alpha * a + (1 - alpha) * g}; with
 * momentum, {@code buf = mu * buf + g / (...)}, of which d is a copy.
 *
 * <p>Tieleman and Hinton, Lecture 6.5, 2012, and Graves, 2013, arXiv 1308.0850 (centred), as
 * PyTorch has them.
 *
 * @param alpha decay of the means
 * @param epsilon what is added to the root
 * @param momentum mu
 * @param centered whether the variance stands under the root
 */
@Named(value = "rmsprop", doc = "Gradients over the root of a mean of their squares.")
public record RmsProp(
    @Key(doc = "Decay of the means.", value = "0.99", min = 0, max = 1, below = true) double alpha,
    @Key(doc = "What is added to the root.", value = "1e-8", min = 0, above = true) double epsilon,
    @Key(doc = "Momentum.", value = "0", min = 0, max = 1, below = true) double momentum,
    @Key(doc = "Whether the variance stands under the root.", value = "false") boolean centered)
    implements Optimizer {
  /** Squares, then the velocity, then the mean, as far as they are needed. */
  @Override
  public int stateVectors() {
    return 1 + (momentum > 0 ? 1 : 0) + (centered ? 1 : 0);
  }

  /** Its vectors are others with a mean, and with a velocity. */
  @Override
  public boolean goesOnFrom(Optimizer before) {
    return before instanceof RmsProp other
        && centered == other.centered
        && hasMomentum() == other.hasMomentum();
  }

  /** Where it is above 0: else there is no velocity. */
  @Override
  public boolean hasMomentum() {
    return momentum > 0;
  }

  /** DL4J's RmsProp, with the squares alone. */
  @Override
  public Stock stock(double rate) {
    return Stock.of(new org.nd4j.linalg.learning.config.RmsProp(rate, alpha, epsilon), 1.0);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    float keep = (float) alpha;
    float rest = (float) (1 - alpha);
    float eps = (float) epsilon;
    float[] squares = state[0];
    float[] mean = centered ? state[state.length - 1] : null;
    for (int i = 0; i < length; i++) {
      float g = gradient[i];
      squares[i] = keep * squares[i] + rest * g * g;
      float under = squares[i];
      if (centered) {
        mean[i] += rest * (g - mean[i]);
        under -= mean[i] * mean[i];
      }
      gradient[i] = g / ((float) Math.sqrt(Math.max(0, under)) + eps);
    }
    if (momentum > 0) {
      Momentum.accumulate(state[1], gradient, length, (float) now.momentum(momentum));
      System.arraycopy(state[1], 0, gradient, 0, length);
    }
  }
}
