package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.nd4j.linalg.learning.config.Nadam;

/**
 * NAdam, Adam with Nesterov's look ahead: with {@code mu_t = b1 * (1 - 0.5 * 0.96^(t * decay))} and
 * {@code M_t} the product of {@code mu_1 .. mu_t}, {@code d = ((1 - mu_t) / (1 - M_t) * g +
 * mu_(t+1) / (1 - M_(t+1)) * m) / (sqrt(v / (1 - b2^t)) + epsilon)}.
 *
 * <p>Dozat, Incorporating Nesterov Momentum into Adam, ICLR workshop 2016, as PyTorch has it.
 *
 * @param beta1 decay of the mean of gradients
 * @param beta2 decay of the mean of squared gradients
 * @param epsilon what is added to the root
 * @param momentumDecay decay of mu's fall
 */
@Named(value = "nadam", doc = "Adam that looks ahead.")
public record NAdam(
    @Key(doc = "Decay of the mean of gradients.", value = "0.9", min = 0, max = 1, below = true)
        double beta1,
    @Key(
            doc = "Decay of the mean of squared gradients.",
            value = "0.999",
            min = 0,
            max = 1,
            below = true)
        double beta2,
    @Key(doc = "What is added to the root.", value = "1e-8", min = 0, above = true) double epsilon,
    @Key(doc = "How fast the momentum comes to beta1.", value = "4e-3", min = 0)
        double momentumDecay)
    implements Optimizer {
  /** The newest of this JVM, asked for each run of elements: all replicas are at one update. */
  private static volatile Product last;

  @Override
  public int stateVectors() {
    return 2;
  }

  /** DL4J's Nadam has another formula, and the same two means. */
  @Override
  public Stock stock(double rate) {
    return Stock.of(new Nadam(rate, beta1, beta2, epsilon), 1.0, 1.0);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    AdamMoments.accumulate(state[0], state[1], gradient, length, beta1, beta2);
    double product = product(now.step());
    double ahead = mu(now.step() + 1);
    float ofGradient = (float) ((1 - mu(now.step())) / (1 - product));
    float ofMean = (float) (ahead / (1 - product * ahead));
    float root = (float) (1 / Math.sqrt(AdamMoments.correction(beta2, now.step())));
    float eps = (float) epsilon;
    float[] m = state[0];
    float[] v = state[1];
    for (int i = 0; i < length; i++) {
      gradient[i] =
          (ofGradient * gradient[i] + ofMean * m[i]) / ((float) Math.sqrt(v[i]) * root + eps);
    }
  }

  private double mu(long t) {
    return beta1 * (1 - 0.5 * StrictMath.pow(0.96, t * momentumDecay));
  }

  /**
   * M_t.
   *
   * @param of whose it is
   * @param step t
   * @param value what is too small to change {@code 1 - M_t} is 0
   */
  private record Product(NAdam of, long step, double value) {}

  private double product(long t) {
    Product known = last;
    if (known == null || known.step != t || !known.of.equals(this)) {
      double product = 1;
      for (long i = 1; i <= t && product > 0x1p-60; i++) {
        product *= mu(i);
      }
      known = new Product(this, t, product > 0x1p-60 ? product : 0);
      last = known;
    }
    return known.value;
  }
}
