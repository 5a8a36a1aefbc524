package io.millrace.training;

/**
 * Training cannot go on, since a loss or a weight is not finite. Thrown on the driver, where the
 * master weights are still those of the last whole round.
 */
public final class DivergedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private DivergedException(String message) {
    super(message);
  }

  /** Of what is not finite, with its update. */
  public static DivergedException of(String lost) {
    return new DivergedException(
        "Cannot train on: %s is not finite; lower the learning rate or lengthen the warm-up"
            .formatted(lost));
  }
}
