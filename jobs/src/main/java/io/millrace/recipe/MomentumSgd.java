package io.millrace.recipe;

import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Gradient descent with momentum, in PyTorch's form: {@code buf = mu * buf + g; w -= rate * buf},
 * or with Nesterov {@code w -= rate * (g + mu * buf)}.
 *
 * <p>Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep
 * learning, ICML 2013. Differs from the paper: the rate stands outside the velocity, so that a
 * change of rate acts at once.
 *
 * @param momentum mu, from 0 up to but without 1
 * @param nesterov whether to look ahead
 */
public record MomentumSgd(double momentum, boolean nesterov) implements Optimizer {
  public MomentumSgd {
    if (!(momentum >= 0 && momentum < 1)) {
      throw new IllegalArgumentException(
          "Invalid optimizer.momentum: " + momentum + " (must be >= 0 and < 1)");
    }
  }

  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public void update(float[] weights, float[] gradient, float[][] state, int length, float rate) {
    float[] velocity = state[0];
    float mu = (float) momentum;
    for (int i = 0; i < length; i++) {
      velocity[i] = mu * velocity[i] + gradient[i];
    }
    if (nesterov) {
      for (int i = 0; i < length; i++) {
        weights[i] -= rate * (gradient[i] + mu * velocity[i]);
      }
    } else {
      for (int i = 0; i < length; i++) {
        weights[i] -= rate * velocity[i];
      }
    }
  }

  @Override
  public void update(INDArray weights, INDArray gradient, INDArray[] state, double rate) {
    INDArray velocity = state[0];
    velocity.muli(momentum).addi(gradient);
    INDArray step = nesterov ? gradient.addi(velocity.mul(momentum)) : gradient.assign(velocity);
    weights.subi(step.muli(rate));
  }
}
