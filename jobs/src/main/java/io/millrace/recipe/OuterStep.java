package io.millrace.recipe;

import io.millrace.settings.OneOf;
import java.io.Serializable;

/**
 * What the driver makes of an average: the weights that go down with the next round. A record whose
 * components are its keys in a config. Acts on trained parameters; running statistics are averaged
 * as always and never extrapolated.
 */
@OneOf({Replace.class, Bmuf.class, SlowMo.class})
public interface OuterStep extends Serializable {
  /** Vectors that it remembers, each as long as the weights; all zero before the first round. */
  int vectors();

  /** Whether the optimiser of each worker starts each round without state. */
  default boolean resetsState() {
    return false;
  }

  /** Whether it has to know the learning rate. */
  default boolean needsRate() {
    return false;
  }

  /** The same with what follows from the number of workers put in. */
  default OuterStep with(int workers) {
    return this;
  }

  /** Whether it leaves every average as it is, but for rounding. */
  default boolean keepsAverage() {
    return vectors() == 0;
  }

  /**
   * Makes one step, elementwise.
   *
   * @param before the weights that went down
   * @param average the average of what the workers made of them; becomes the new weights
   * @param memory {@link #vectors} vectors, brought up to date
   * @param length elements of each
   * @param rate learning rate of the round's first update
   */
  void step(double[] before, double[] average, double[][] memory, int length, double rate);
}
