package io.millrace.exchange;

import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * What a worker sends up, and what the driver makes of all of them: a record whose components are
 * its keys in a config. One half runs on executors, the other on the driver; {@link #reduce} on
 * either.
 */
@OneOf(
    value = {Weights.class, Differences.class, Gradients.class},
    hint = "fp32 and bf16 stand in averaging.wire now, bf16 for differences or gradients")
public interface Exchange extends Serializable {
  /** Whether the driver makes the update, from gradients; else each worker makes its own. */
  default boolean updatesOnDriver() {
    return false;
  }

  /**
   * What goes up of one slice.
   *
   * @param own fp32 slice of what the worker has made: its weights and travelling state, or the sum
   *     of its gradients
   * @param master the slice that came down
   * @param wire how wide an element may be
   */
  byte[] up(byte[] own, byte[] master, Wire wire);

  /**
   * One slice of all workers as one, in fp32.
   *
   * @param slices what each worker sent, in worker order
   * @param examples n_k > 0 of each
   * @param weighted false for workers that count the same, whatever they used, which is wrong
   */
  byte[] reduce(List<ByteBuffer> slices, long[] examples, boolean weighted, Wire wire);

  /**
   * Makes the reduced vector one of weights, in place. Runs on the driver.
   *
   * @param master the weights that went down
   * @param reduced what {@link #reduce} made, which becomes the average
   */
  default void finish(byte[][] master, byte[][] reduced) {}

  /**
   * Refuses what does not go with it.
   *
   * @throws IllegalArgumentException naming the key
   */
  default void check(Every every, AveragingConfig.State state, Wire wire) {}
}
