package io.millrace.recipe;

import io.millrace.settings.Named;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Plain gradient descent: {@code w -= rate * g}. */
@Named(value = "sgd", doc = "Plain gradient descent.")
public record Sgd() implements Optimizer {
  @Override
  public int stateVectors() {
    return 0;
  }

  @Override
  public boolean isLinear() {
    return true;
  }

  @Override
  public Stock stock(double rate) {
    return Stock.of(new org.nd4j.linalg.learning.config.Sgd(rate));
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
