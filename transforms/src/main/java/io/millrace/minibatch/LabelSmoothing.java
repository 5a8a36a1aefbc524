package io.millrace.minibatch;

import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * Smoothed targets over K classes: {@code 1 - epsilon + epsilon / K} for the label, {@code epsilon
 * / K} for the others. With epsilon 0.1 and 10 classes: 0.91 and 0.01. {@link Among#OTHERS} gives
 * {@code 1 - epsilon} and {@code epsilon / (K - 1)}: 0.9 and 0.0111.
 *
 * <p>Source: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2015,
 * arXiv 1512.00567; PyTorch, timm and GluonCV all take {@code epsilon / K}. The other form is that
 * of the text of He et al., "Bag of Tricks for Image Classification with Convolutional Neural
 * Networks", 2018, arXiv 1812.01187, section 5.2.
 *
 * @param epsilon what is taken from the label, and shared
 * @param among who shares it
 */
public record LabelSmoothing(double epsilon, Among among) implements Serializable {
  /** Who shares epsilon. */
  public enum Among {
    /** All classes, the label too. */
    ALL,

    /** All but the label. */
    OTHERS
  }

  /** Checks epsilon. */
  public LabelSmoothing {
    if (!(epsilon >= 0 && epsilon < 1)) {
      throw new IllegalArgumentException(
          "Invalid labelSmoothing: %s (must be 0 or more, below 1)".formatted(epsilon));
    }
  }

  /** Epsilon shared among all classes. */
  public LabelSmoothing(double epsilon) {
    this(epsilon, Among.ALL);
  }

  /** Target of the label. */
  public float on(int classes) {
    return (float) (among == Among.OTHERS ? 1 - epsilon : 1 - epsilon + epsilon / classes);
  }

  /** Target of any other class. */
  public float off(int classes) {
    return (float) (epsilon / (among == Among.OTHERS ? classes - 1 : classes));
  }

  /**
   * Writes the {@code classes} targets of one example at the position of {@code out}.
   *
   * @throws IllegalArgumentException for a label that is not one of the classes
   */
  public void write(int label, int classes, FloatBuffer out) {
    OneHot.write(label, classes, on(classes), off(classes), out);
  }
}
