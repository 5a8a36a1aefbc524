package io.millrace.recipe;

import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;

/** One update of the weights from their gradient. Runs on executors, on the replica's thread. */
public interface Optimizer extends Serializable {
  /** Vectors of state, each as long as the weights. */
  int stateVectors();

  /**
   * Updates the weights in place.
   *
   * @param weights flat weights, [P]
   * @param gradient flat gradient with L2 in it, [P]; overwritten
   * @param state flat state, [stateVectors * P], or null without state
   * @param rate the learning rate of this update
   */
  void update(INDArray weights, INDArray gradient, INDArray state, double rate);
}
