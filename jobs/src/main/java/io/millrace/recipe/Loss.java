package io.millrace.recipe;

import io.millrace.settings.OneOf;
import java.io.Serializable;

/**
 * What is minimised, for one example of K classes: a function of its logits z, the outputs before
 * the last activation. A record whose components are its keys in a config. The loss of a minibatch
 * is the mean over its examples, which W workers and one process form alike.
 *
 * <p>Runs on executors, on the replica's thread.
 */
@OneOf({CrossEntropy.class, BinaryCrossEntropy.class, Focal.class, SigmoidFocal.class})
public interface Loss extends Serializable {
  /**
   * The loss of an example, in nats.
   *
   * @param targets t, [K]
   * @param logits z, [K]
   * @param weights w, the weight of each class inside the sum over them, [K]
   * @param gradient becomes the loss's gradient by z, [K]
   */
  double of(double[] targets, double[] logits, double[] weights, double[] gradient);

  /**
   * Whether it takes every class for itself by its sigmoid, while models give the softmax of their
   * logits.
   */
  default boolean isOfSigmoids() {
    return false;
  }

  /**
   * Refuses targets that it cannot tell apart.
   *
   * @param label target of an example's class, in [0, 1]
   * @param other target of each other class
   * @throws IllegalArgumentException naming the key
   */
  default void check(double label, double other) {}

  /** What it makes of the targets of two classes mixed, where that is worth a word; else empty. */
  default String wordsOfMixed() {
    return "";
  }

  /** Whether DL4J's softmax with MCXENT computes just this where all weights are 1. */
  default boolean isStock() {
    return false;
  }
}
