package io.millrace.state;

import io.millrace.wire.WeightVector;
import java.util.Map;
import java.util.TreeMap;

/**
 * The truth between rounds: fp32 weights and optimiser state in the order of the canonical network,
 * and all else that is remembered. Lives on the driver.
 *
 * @param parameters flat parameters, [P]
 * @param state flat optimiser state; empty without state
 * @param update updates done, counted globally
 * @param epoch epochs done
 * @param memories what is remembered besides, by the name of who remembers it
 */
public record RunState(
    WeightVector parameters,
    WeightVector state,
    long update,
    int epoch,
    Map<String, Memory> memories) {
  /** Copies the map, in the order of the names. */
  public RunState {
    memories = new TreeMap<>(memories);
  }

  /** Weights and state, and nothing besides. */
  public RunState(WeightVector parameters, WeightVector state, long update, int epoch) {
    this(parameters, state, update, epoch, Map.of());
  }

  /**
   * Lets somebody go on from what was remembered under its name.
   *
   * @throws IllegalArgumentException if nothing was
   */
  public void restore(Remembered remembered) {
    Memory memory = memories.get(remembered.name());
    if (memory == null) {
      throw new IllegalArgumentException(
          "Cannot resume: the checkpoint remembers nothing of %s".formatted(remembered.name()));
    }
    remembered.restore(memory);
  }
}
