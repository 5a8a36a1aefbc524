package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.Optional;

/**
 * Switches from Adam to gradient descent with momentum, at a rate that it finds. Before: {@code d =
 * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon)} of {@link AdamMoments}. With the step
 * {@code p} of each round, {@link SwatsSwitch} tells when the rate of the equal gradient step has
 * settled. After: {@code u = b1 * u + g; d = (1 - b1) * u}, at that rate times {@code rate(u) /
 * rate(switch)}.
 *
 * <p>Keskar and Socher, Improving Generalization Performance by Switching from Adam to SGD, 2017,
 * arXiv 1712.07628, algorithm 1, with one rate for the whole network. W workers decide by the
 * averaged step, for which the state has to be averaged, or gradients exchanged.
 *
 * @param beta1 decay of the mean of gradients, then momentum
 * @param beta2 decay of the mean of squared gradients, and of the mean of rates
 * @param epsilon what is added to the root
 * @param tolerance how near the rate has to be to its mean; 0 never switches
 */
@Named(value = "swats", doc = "Adam that becomes gradient descent at a rate that it finds.")
public record Swats(
    @Key(
            doc = "Decay of the mean of gradients, then momentum.",
            value = "0.9",
            min = 0,
            max = 1,
            below = true)
        double beta1,
    @Key(
            doc = "Decay of the mean of squared gradients, and of the mean of rates.",
            value = "0.999",
            min = 0,
            max = 1,
            below = true)
        double beta2,
    @Key(doc = "What is added to the root.", value = "1e-9", min = 0, above = true) double epsilon,
    @Key(doc = "How near the rate has to be to its mean.", value = "1e-9", min = 0, above = true)
        double tolerance)
    implements Optimizer {
  @Override
  public int stateVectors() {
    return 2;
  }

  @Override
  public Optional<SwatsSwitch> switching() {
    return tolerance == 0 ? Optional.empty() : Optional.of(new SwatsSwitch(this));
  }

  /** Its Adam: no rate is nearer to its mean than 0. */
  @Override
  public Optimizer beforeSwitching() {
    return new Swats(beta1, beta2, epsilon, 0);
  }

  /** DL4J has no such thing: its Adam goes on. */
  @Override
  public Stock stock(double rate) {
    return new Adam(beta1, beta2, epsilon).stock(rate);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    if (now.switched()) {
      Momentum.accumulate(state[0], gradient, length, (float) beta1);
      float rest = (float) (1 - beta1);
      for (int i = 0; i < length; i++) {
        gradient[i] = rest * state[0][i];
      }
      return;
    }
    AdamMoments.accumulate(state[0], state[1], gradient, length, beta1, beta2);
    double c1 = AdamMoments.correction(beta1, now.step());
    double c2 = AdamMoments.correction(beta2, now.step());
    AdamMoments.ratio(gradient, state[0], state[1], length, c1 / Math.sqrt(c2), 1, epsilon);
  }
}
