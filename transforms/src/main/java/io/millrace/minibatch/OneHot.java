package io.millrace.minibatch;

import java.nio.FloatBuffer;

/** Hard targets: 1 for the label, 0 for the other classes. Same as smoothing with epsilon 0. */
public final class OneHot {
  private OneHot() {}

  /**
   * Writes the {@code classes} targets of one example at the position of {@code out}.
   *
   * @throws IllegalArgumentException for a label that is not one of the classes
   */
  public static void write(int label, int classes, FloatBuffer out) {
    write(label, classes, 1, 0, out);
  }

  static void write(int label, int classes, float on, float off, FloatBuffer out) {
    if (label < 0 || label >= classes) {
      throw new IllegalArgumentException(
          "Invalid label: %d (must be 0 to %d)".formatted(label, classes - 1));
    }
    for (int k = 0; k < classes; k++) {
      out.put(k == label ? on : off);
    }
  }
}
