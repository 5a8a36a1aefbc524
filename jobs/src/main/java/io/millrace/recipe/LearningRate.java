package io.millrace.recipe;

import java.io.Serializable;

/** A learning rate as a pure function of the update. */
@FunctionalInterface
public interface LearningRate extends Serializable {
  /** The rate of update {@code update}, counted from 0. */
  double rate(long update);

  /** The same as it would be if the run had never been rolled back. */
  default double undisturbed(long update) {
    return rate(update);
  }
}
