package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Nesterovs;

/**
 * Gradient descent with momentum that looks ahead, in PyTorch's form: {@code buf = mu * buf + g; d
 * = g + mu * buf}.
 *
 * <p>Nesterov, A method of solving a convex programming problem with convergence rate O(1/k^2),
 * 1983, as Sutskever et al. (ICML 2013) write it. Differs from them: the rate stands outside the
 * velocity, so that a change of rate acts at once.
 *
 * @param momentum mu, from 0 up to but without 1
 */
@Named(value = "nesterov", doc = "Gradient descent with momentum that looks ahead.")
public record Nesterov(
    @Key(doc = "Momentum.", value = "0.9", min = 0, max = 1, below = true) double momentum)
    implements Optimizer {
  /** Checks the momentum. */
  public Nesterov {
    Momentum.check(momentum);
  }

  @Override
  public boolean hasMomentum() {
    return true;
  }

  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  /**
   * DL4J's velocity is {@code v = -rate * buf}, with the rate of the next update; at that constant
   * rate DL4J goes on exactly as we would.
   */
  @Override
  public Stock stock(double rate) {
    return Stock.of(new Nesterovs(rate, momentum), -rate);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    float[] velocity = state[0];
    float mu = (float) now.momentum(momentum);
    Momentum.accumulate(velocity, gradient, length, mu);
    for (int i = 0; i < length; i++) {
      gradient[i] += mu * velocity[i];
    }
  }

  @Override
  public boolean hasOps() {
    return true;
  }

  @Override
  public void direction(INDArray gradient, INDArray weights, INDArray[] state, Moment now) {
    INDArray velocity = state[0];
    velocity.muli(now.momentum(momentum)).addi(gradient);
    gradient.addi(velocity.mul(now.momentum(momentum)));
  }
}
