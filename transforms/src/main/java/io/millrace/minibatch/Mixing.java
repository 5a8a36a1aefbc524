package io.millrace.minibatch;

import io.millrace.settings.OneOf;
import java.io.Serializable;

/**
 * How the examples of a minibatch are mixed: example i with its partner, n - 1 - i, by numbers that
 * are a pure function of (seed, update), alike on all workers. A record whose components are its
 * keys in a config. The middle example of an odd count is its own partner and stays as it is.
 *
 * <p>Runs on executors, on one thread at a time.
 */
@OneOf({Mixup.class, Cutmix.class, MixupOrCutmix.class})
public interface Mixing extends Serializable {
  /**
   * Mixes images in place.
   *
   * @param seed of the run
   * @param update its global number
   * @return the share that an example keeps of itself, 0 to 1: its target becomes {@code share *
   *     own + (1 - share) * partner's}
   */
  double mix(ImageRows images, long seed, long update);
}
