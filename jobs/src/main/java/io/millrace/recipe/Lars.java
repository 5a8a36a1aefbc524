package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * LARS: momentum on gradients that are scaled for each parameter: {@code lam = eta * |w| / (|g| +
 * decay * |w| + epsilon)}, 1 where a norm is 0; {@code g' = lam * (g + decay * w); buf = mu * buf +
 * g'; d = buf}, or with Nesterov {@code g' + mu * buf}. Parameters without decay have {@code lam}
 * 1.
 *
 * <p>You, Gitman and Ginsburg, Large Batch Training of Convolutional Networks, 2017, arXiv
 * 1708.03888. Differs from the paper, as timm does: the rate stands outside of the velocity. The
 * norm is that of the gradient at hand: exact with {@code averaging.exchange: gradients} alone.
 *
 * @param momentum mu
 * @param eta the share of a weight's norm that a step may have
 * @param epsilon what is added to the norms
 * @param nesterov whether to look ahead
 * @param trustClip whether a step is at most that of plain momentum: {@code min(lam / rate, 1)}
 *     (LARC)
 * @param alwaysAdapt whether parameters without decay are adapted too
 */
@Named(
    value = "lars",
    doc = "Momentum with a rate for each parameter, by the norms of weights and gradient.")
public record Lars(
    @Key(doc = "Momentum.", value = "0.9", min = 0, max = 1, below = true) double momentum,
    @Key(
            doc = "Share of a weight's norm that a step may have.",
            value = "1e-3",
            min = 0,
            above = true)
        double eta,
    @Key(doc = "What is added to the norms.", value = "1e-8", min = 0) double epsilon,
    @Key(doc = "Whether to look ahead.", value = "false") boolean nesterov,
    @Key(doc = "Whether a step is at most that of plain momentum (LARC).", value = "false")
        boolean trustClip,
    @Key(doc = "Whether parameters without decay are adapted too.", value = "false")
        boolean alwaysAdapt)
    implements Optimizer {
  @Override
  public boolean hasMomentum() {
    return true;
  }

  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public Trust trust() {
    return Trust.OF_GRADIENT;
  }

  @Override
  public double ratio(double weights, double gradient, double decay, double rate) {
    if (weights == 0 || gradient == 0 || (decay == 0 && !alwaysAdapt)) {
      return 1;
    }
    double ratio = eta * weights / (gradient + decay * weights + epsilon);
    return trustClip ? Math.min(ratio / rate, 1) : ratio;
  }

  /** DL4J has no LARS: its momentum goes on. */
  @Override
  public Stock stock(double rate) {
    return new Nesterov(momentum).stock(rate);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    float[] velocity = state[0];
    float mu = (float) now.momentum(momentum);
    Momentum.accumulate(velocity, gradient, length, mu);
    for (int i = 0; i < length; i++) {
      gradient[i] = nesterov ? gradient[i] + mu * velocity[i] : velocity[i];
    }
  }
}
