package io.millrace.training;

/**
 * Training cannot go on, since a loss or a weight is not finite. Thrown on the driver, where the
 * master weights are still those of the last whole round.
 */
public final class DivergedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  DivergedException(String message) {
    super(message);
  }
}
