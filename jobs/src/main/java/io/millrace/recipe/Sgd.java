package io.millrace.recipe;

import org.nd4j.linalg.api.ndarray.INDArray;

/** Plain gradient descent: {@code w -= rate * g}. */
public record Sgd() implements Optimizer {
  @Override
  public int stateVectors() {
    return 0;
  }

  @Override
  public void update(float[] weights, float[] gradient, float[][] state, int length, float rate) {
    for (int i = 0; i < length; i++) {
      weights[i] -= rate * gradient[i];
    }
  }

  @Override
  public void update(INDArray weights, INDArray gradient, INDArray[] state, double rate) {
    weights.subi(gradient.muli(rate));
  }
}
