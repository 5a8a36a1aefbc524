package io.millrace.recipe;

/**
 * How a run of equally treated parameters is updated.
 *
 * @param optimizer makes the direction
 * @param examples examples that the gradient is summed over
 * @param l2 decay inside of the gradient
 * @param decoupled decay beside it
 * @param now when, and at what rate
 * @param clipFactor factor of the mean gradient
 * @param clipValue largest absolute value of it after that
 */
record UpdateStep(
    Optimizer optimizer,
    int examples,
    double l2,
    double decoupled,
    Moment now,
    double clipFactor,
    double clipValue) {
  /** For what no optimiser trains: the gradient over the examples is the step itself. */
  static UpdateStep asItIs(int examples) {
    return new UpdateStep(new Sgd(), examples, 0, 0, new Moment(1, 1), 1, Double.POSITIVE_INFINITY);
  }

  /** The decay of the parameter, wherever it acts. */
  double decay() {
    return l2 + decoupled;
  }

  boolean clips() {
    return clipFactor != 1 || clipValue < Double.POSITIVE_INFINITY;
  }
}
