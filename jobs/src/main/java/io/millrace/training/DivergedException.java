package io.millrace.training;

import io.millrace.settings.Counts;

/**
 * Training cannot go on, since a loss or a weight is not finite. Thrown on the driver, where the
 * master weights are still those of the last whole round.
 */
public final class DivergedException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  private final String lost;
  private final long update;

  private DivergedException(String start, String lost, long update) {
    super(
        "%s: %s is not finite; lower the learning rate or lengthen the warm-up"
            .formatted(start, lost));
    this.lost = lost;
    this.update = update;
  }

  /**
   * Of what is not finite.
   *
   * @param lost what it is, with its update
   * @param update counted globally
   */
  public static DivergedException of(String lost, long update) {
    return new DivergedException("Cannot train on", lost, update);
  }

  /** The same of a run that has rolled back as often as it may. */
  public DivergedException after(int rollbacks) {
    String start =
        "Cannot train on after %s (divergence.limit)".formatted(Counts.of(rollbacks, "roll-back"));
    DivergedException end = new DivergedException(start, lost, update);
    end.setStackTrace(getStackTrace());
    return end;
  }

  /** What is not finite, with its update. */
  public String lost() {
    return lost;
  }

  /** The update that it is of, counted globally. */
  public long update() {
    return update;
  }
}
