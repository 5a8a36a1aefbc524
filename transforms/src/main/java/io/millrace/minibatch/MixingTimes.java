package io.millrace.minibatch;

import io.millrace.random.KeyedRandom;
import java.io.Serializable;
import java.util.Optional;

/**
 * When minibatches are mixed: in the first {@code epochs} epochs, an update with {@code
 * probability}; by (seed, epoch, update), alike on all workers.
 *
 * @param mixing how; null for never
 * @param probability that an update of these epochs is mixed
 * @param epochs epochs from the start of the run that mix
 */
public record MixingTimes(Mixing mixing, double probability, int epochs) implements Serializable {
  /** No mixing at all. */
  public static final MixingTimes NEVER = new MixingTimes(null, 1, 0);

  private static final long STREAM = 0x70726f62L;

  /** Checks the probability. */
  public MixingTimes {
    checkProbability("probability", probability);
  }

  /**
   * How an update is mixed, if it is.
   *
   * @param epoch epochs done
   * @param update its global number
   */
  public Optional<Mixing> at(long seed, int epoch, long update) {
    boolean mixes =
        mixing != null
            && epoch < epochs
            && new KeyedRandom().key(seed, update, STREAM).nextDouble() < probability;
    return mixes ? Optional.of(mixing) : Optional.empty();
  }

  static void checkProbability(String key, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("Invalid %s: %s (must be 0 to 1)".formatted(key, value));
    }
  }
}
