package io.millrace.recipe;

import java.io.Serializable;

/**
 * When an update of a group of parameters happens, and how large its step is.
 *
 * @param step t: updates of the optimiser's state, this one included, counted from 1
 * @param rate the learning rate
 * @param givenMomentum momentum in the place of the optimiser's own; NaN for that
 * @param switched whether an optimiser that becomes another one ({@link Optimizer#switching}) has
 */
public record Moment(long step, double rate, double givenMomentum, boolean switched)
    implements Serializable {
  /** With the optimiser's own momentum. */
  public Moment(long step, double rate) {
    this(step, rate, Double.NaN, false);
  }

  /** The same at an earlier update of the state. */
  Moment earlier(int updates) {
    return new Moment(step - updates, rate, givenMomentum, switched);
  }

  /** The momentum, where the optimiser's own is {@code own}. */
  public double momentum(double own) {
    return Double.isNaN(givenMomentum) ? own : givenMomentum;
  }
}
