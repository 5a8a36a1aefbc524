package io.millrace.recipe;

import io.millrace.settings.OneOf;
import java.io.Serializable;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * One update of some weights from their gradient, elementwise. The two methods are the same
 * formula: one for short runs in the cache of a CPU, one in ops of the backend for any device. Runs
 * on executors, on the replica's thread.
 */
@OneOf({Sgd.class, Momentum.class, Nesterov.class})
public interface Optimizer extends Serializable {
  /** Vectors of state, each as long as the weights; all zero before the first update. */
  int stateVectors();

  /**
   * Whether the update is linear in the gradient and the state: then W workers that are averaged
   * after every update are one process.
   */
  boolean isLinear();

  /**
   * How DL4J's own updater goes on.
   *
   * @param rate rate of the next update
   */
  Stock stock(double rate);

  /**
   * Updates {@code length} weights in place.
   *
   * @param weights the weights
   * @param gradient their gradient with L2 in it
   * @param state {@link #stateVectors} vectors of state
   * @param rate the learning rate of this update
   */
  void update(float[] weights, float[] gradient, float[][] state, int length, float rate);

  /**
   * Updates weights in place by ops of the backend.
   *
   * @param weights the weights, [n]
   * @param gradient their gradient with L2 in it, [n]; overwritten
   * @param state {@link #stateVectors} vectors of state, each [n]
   * @param rate the learning rate of this update
   */
  void update(INDArray weights, INDArray gradient, INDArray[] state, double rate);
}
