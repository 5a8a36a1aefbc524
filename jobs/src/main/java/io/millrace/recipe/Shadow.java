package io.millrace.recipe;

import io.millrace.settings.OneOf;
import java.io.Serializable;

/**
 * A mean of weights that follows them and never steers them; evaluated beside them, and saved
 * beside the model. A record whose components are its keys in a config. Runs on the driver.
 */
@OneOf({Ema.class, Swa.class})
public interface Shadow extends Serializable {
  /**
   * The share of the mean that stays when a round ends, {@code mean = keep * mean + (1 - keep) *
   * w}; 1 for a round that it does not look at, 0 to start anew with its weights.
   *
   * @param now where the run is
   * @param samples weights that are in the mean
   */
  double keep(Round now, long samples);

  /** Whether it has to know how long the run is. */
  default boolean needsCourse() {
    return false;
  }

  /** Share of the training set by which batch norms measure their statistics anew; 0 for none. */
  default double recalibrate() {
    return 0;
  }

  /** The rate at which the schedule stops from some update on; that update, or -1 for never. */
  default long holdsRateFrom(Course course) {
    return -1;
  }

  /**
   * A round that has ended.
   *
   * @param before updates before it
   * @param updates its updates
   * @param endsEpoch whether it is its epoch's last
   * @param course the run; null where nobody knows how long it is
   */
  record Round(long before, int updates, boolean endsEpoch, Course course) {}
}
