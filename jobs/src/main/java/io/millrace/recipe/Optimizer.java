package io.millrace.recipe;

import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.util.Optional;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How a gradient becomes the direction of a step, {@code w -= rate * d}: a record whose components
 * are its keys in a config. Runs on executors, on the replica's thread, and where gradients are
 * exchanged on the driver.
 */
@OneOf({
  Sgd.class,
  Momentum.class,
  Nesterov.class,
  Adagrad.class,
  Adadelta.class,
  RmsProp.class,
  Adam.class,
  AmsGrad.class,
  AdamW.class,
  NAdam.class,
  RAdam.class,
  Lars.class,
  Lamb.class,
  Lion.class,
  Swats.class
})
public interface Optimizer extends Serializable {
  /** Vectors of state, each as long as the weights; all zero before the first update. */
  int stateVectors();

  /** Whether the state that another one leaves is such as this one has. */
  default boolean goesOnFrom(Optimizer before) {
    return getClass() == before.getClass() && stateVectors() == before.stateVectors();
  }

  /**
   * Whether the update is linear in the gradient and the state: then W workers that are averaged
   * after every update are one process. What does not say so is taken to be an approximation.
   */
  default boolean isLinear() {
    return false;
  }

  /** Whether it takes {@link Moment#momentum}, which groups and schedules may set. */
  default boolean hasMomentum() {
    return false;
  }

  /** When it becomes another one, where it does. */
  default Optional<SwatsSwitch> switching() {
    return Optional.empty();
  }

  /** What it is before that, for good; itself where it does not become another one. */
  default Optimizer beforeSwitching() {
    return this;
  }

  /** Where weight decay acts. */
  default Decay decay() {
    return Decay.L2;
  }

  /** What is scaled for each parameter. */
  default Trust trust() {
    return Trust.NONE;
  }

  /**
   * The factor of {@link #trust} for one parameter.
   *
   * @param weights norm of its weights
   * @param scaled norm of its gradient, or of its step with decay in it
   * @param decay its weight decay
   * @param rate its learning rate
   */
  default double ratio(double weights, double scaled, double decay, double rate) {
    return 1;
  }

  /**
   * How DL4J's own updater goes on.
   *
   * @param rate rate of the next update
   */
  Stock stock(double rate);

  /**
   * Makes a direction of a gradient, elementwise.
   *
   * @param gradient the gradient with L2 in it; becomes the direction
   * @param weights the weights, which stay as they are
   * @param state {@link #stateVectors} vectors of state, brought up to date
   * @param length elements of each
   * @param now when, and at what rate
   */
  void direction(float[] gradient, float[] weights, float[][] state, int length, Moment now);

  /** Whether there is a {@link #direction(INDArray, INDArray, INDArray[], Moment)}. */
  default boolean hasOps() {
    return false;
  }

  /**
   * The same in ops of the backend, for arrays that do not lie on the host.
   *
   * @param gradient the gradient with L2 in it, [n]; becomes the direction
   * @param weights the weights, [n]
   * @param state {@link #stateVectors} vectors of state, each [n]
   * @param now when, and at what rate
   */
  default void direction(INDArray gradient, INDArray weights, INDArray[] state, Moment now) {
    throw new UnsupportedOperationException(getClass().getName());
  }
}
