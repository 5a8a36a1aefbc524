package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * LAMB: Adam's direction, scaled for each parameter: {@code r = m / (1 - b1^t) / (sqrt(v / (1 -
 * b2^t)) + epsilon); u = r + decay * w; d = |w| / |u| * u}, the ratio 1 where a norm is 0.
 * Parameters without decay keep ratio 1.
 *
 * <p>You et al., Large Batch Optimization for Deep Learning, 2019, arXiv 1904.00962, Algorithm 2
 * with phi the identity. timm divides gradients by their global norm first: that is {@code
 * optimizer.clipNorm: 1} here.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon what is added to the root
 * @param biasCorrection whether the means are corrected for their start
 * @param trustClip whether the ratio is at most 1 (LAMBC)
 * @param alwaysAdapt whether parameters without decay are adapted too, as the paper does
 */
@Named(
    value = "lamb",
    doc = "Adam with a rate for each parameter, by the norms of weights and step.")
public record Lamb(
    @Key(doc = "Decay of the mean of gradients.", value = "0.9", min = 0, max = 1, below = true)
        double beta1,
    @Key(
            doc = "Decay of the mean of squared gradients.",
            value = "0.999",
            min = 0,
            max = 1,
            below = true)
        double beta2,
    @Key(doc = "What is added to the root.", value = "1e-6", min = 0, above = true) double epsilon,
    @Key(doc = "Whether the means are corrected for their start at zero.", value = "true")
        boolean biasCorrection,
    @Key(doc = "Whether the ratio of norms is at most 1 (LAMBC).", value = "false")
        boolean trustClip,
    @Key(doc = "Whether parameters without decay are adapted too.", value = "false")
        boolean alwaysAdapt)
    implements Optimizer {
  @Override
  public int stateVectors() {
    return 2;
  }

  @Override
  public Decay decay() {
    return Decay.DECOUPLED;
  }

  @Override
  public Trust trust() {
    return Trust.OF_STEP;
  }

  @Override
  public double ratio(double weights, double step, double decay, double rate) {
    if (weights == 0 || step == 0 || (decay == 0 && !alwaysAdapt)) {
      return 1;
    }
    return trustClip ? Math.min(weights / step, 1) : weights / step;
  }

  /** DL4J has no LAMB: its Adam goes on. */
  @Override
  public Stock stock(double rate) {
    return new Adam(beta1, beta2, epsilon).stock(rate);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    AdamMoments.accumulate(state[0], state[1], gradient, length, beta1, beta2);
    double c1 = biasCorrection ? AdamMoments.correction(beta1, now.step()) : 1;
    double c2 = biasCorrection ? AdamMoments.correction(beta2, now.step()) : 1;
    AdamMoments.ratio(gradient, state[0], state[1], length, c1, Math.sqrt(c2), epsilon);
  }
}
