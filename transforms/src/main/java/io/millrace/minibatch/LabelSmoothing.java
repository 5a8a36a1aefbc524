package io.millrace.minibatch;

import java.nio.FloatBuffer;

/**
 * Smoothed targets over K classes: {@code 1 - epsilon + epsilon / K} for the label, {@code epsilon
 * / K} for the others. With epsilon 0.1 and 10 classes: 0.91 and 0.01.
 *
 * <p>Source: Szegedy et al., "Rethinking the Inception Architecture for Computer Vision", 2015,
 * arXiv 1512.00567. Differs from "Bag of Tricks" (arXiv 1812.01187), which has {@code epsilon / (K
 * - 1)}: PyTorch, timm and GluonCV all take {@code epsilon / K}.
 */
public record LabelSmoothing(double epsilon) {
  /** Checks epsilon. */
  public LabelSmoothing {
    if (!(epsilon >= 0 && epsilon < 1)) {
      throw new IllegalArgumentException(
          "Invalid labelSmoothing: %s (must be 0 or more, below 1)".formatted(epsilon));
    }
  }

  /** Target of the label. */
  public float on(int classes) {
    return (float) (1 - epsilon + epsilon / classes);
  }

  /** Target of any other class. */
  public float off(int classes) {
    return (float) (epsilon / classes);
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
