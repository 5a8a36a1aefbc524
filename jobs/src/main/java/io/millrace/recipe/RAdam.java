package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;

/**
 * RAdam: Adam whose step is without the root until the variance of v can be told: with {@code r_inf
 * = 2 / (1 - b2) - 1} and {@code r_t = r_inf - 2 * t * b2^t / (1 - b2^t)}, {@code d = m / (1 -
 * b1^t)} for {@code r_t <= 5}, else that times {@code sqrt((r_t - 4) (r_t - 2) r_inf / ((r_inf - 4)
 * (r_inf - 2) r_t)) * sqrt(1 - b2^t) / (sqrt(v) + epsilon)}.
 *
 * <p>Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, 2019, arXiv 1908.03265;
 * the border is 5, as in PyTorch, where the paper has 4.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon what is added to the root
 */
@Named(value = "radam", doc = "Adam that waits until its roots can be trusted.")
public record RAdam(
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

  /** DL4J's Adam, which never waits. */
  @Override
  public Stock stock(double rate) {
    return new Adam(beta1, beta2, epsilon).stock(rate);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    AdamMoments.accumulate(state[0], state[1], gradient, length, beta1, beta2);
    float[] m = state[0];
    float[] v = state[1];
    double c1 = AdamMoments.correction(beta1, now.step());
    double c2 = AdamMoments.correction(beta2, now.step());
    double limit = 2 / (1 - beta2) - 1;
    double known = limit - 2 * now.step() * StrictMath.pow(beta2, now.step()) / c2;
    if (known > 5) {
      float step = (float) (rectified(known, limit) * Math.sqrt(c2) / c1);
      float eps = (float) epsilon;
      for (int i = 0; i < length; i++) {
        gradient[i] = step * m[i] / ((float) Math.sqrt(v[i]) + eps);
      }
    } else {
      float step = (float) (1 / c1);
      for (int i = 0; i < length; i++) {
        gradient[i] = step * m[i];
      }
    }
  }

  private static double rectified(double known, double limit) {
    return Math.sqrt((known - 4) * (known - 2) * limit / ((limit - 4) * (limit - 2) * known));
  }
}
