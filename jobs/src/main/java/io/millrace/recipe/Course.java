package io.millrace.recipe;

import java.io.Serializable;

/**
 * What a schedule has to cover: a run's updates, of which the first ones warm up.
 *
 * @param peak rate at the end of the warm-up
 * @param warmup updates of the warm-up
 * @param updates updates of the run, warm-up included
 * @param perEpoch updates of an epoch
 */
public record Course(double peak, long warmup, long updates, long perEpoch)
    implements Serializable {
  /** Updates after the warm-up, one at least. */
  public long length() {
    return Math.max(1, updates - warmup);
  }

  /** Updates of a stretch of epochs, one at least. */
  public long stretch(double epochs) {
    return Math.max(1, updates(epochs));
  }

  /** An end of a stretch of epochs in updates, halves rounded up. */
  public long updates(double epochs) {
    return updates(epochs, perEpoch);
  }

  static long updates(double epochs, long perEpoch) {
    return (long) Math.floor(epochs * perEpoch + 0.5);
  }
}
