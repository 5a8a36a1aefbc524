package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradient descent with momentum, in PyTorch's form: {@code buf = mu * buf + g; d = buf}.
 *
 * <p>Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep
 * learning, ICML 2013. Differs from the paper: the rate stands outside the velocity, so that a
 * change of rate acts at once.
 *
 * @param momentum mu, from 0 up to but without 1
 */
@Named(value = "momentum", doc = "Gradient descent with momentum.")
public record Momentum(
    @Key(doc = "Momentum.", value = "0.9", min = 0, max = 1, below = true) double momentum)
    implements Optimizer {
  /** Checks the momentum. */
  public Momentum {
    check(momentum);
  }

  static void check(double momentum) {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "Invalid momentum: " + momentum + " (must be >= 0 and < 1)");
    }
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

  /** DL4J has no momentum without Nesterov, so that this form goes on as Nesterov. */
  @Override
  public Stock stock(double rate) {
    return new Nesterov(momentum).stock(rate);
  }

  @Override
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    float[] velocity = state[0];
    float mu = (float) now.momentum(momentum);
    accumulate(velocity, gradient, length, mu);
    System.arraycopy(velocity, 0, gradient, 0, length);
  }

  static void accumulate(float[] velocity, float[] gradient, int length, float mu) {
    for (int i = 0; i < length; i++) {
      velocity[i] = mu * velocity[i] + gradient[i];
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
    gradient.assign(velocity);
  }
}
