package io.millrace.recipe;

import io.millrace.settings.Named;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Plain gradient descent: {@code d = g}. */
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
  public void direction(
      float[] gradient, float[] weights, float[][] state, int length, Moment now) {
    // The gradient is the direction.
  }

  @Override
  public boolean hasOps() {
    return true;
  }

  @Override
  public void direction(INDArray gradient, INDArray weights, INDArray[] state, Moment now) {
    // The gradient is the direction.
  }
}
