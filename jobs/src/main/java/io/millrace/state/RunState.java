package io.millrace.state;

import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The truth between rounds: fp32 weights and optimiser state in the order of the canonical network,
 * how far they have come, and all else that is remembered. From it a run goes on as if it had never
 * stopped, also within an epoch. Lives on the driver.
 *
 * @param parameters flat parameters, [P]
 * @param state flat optimiser state; empty without state
 * @param position how far the run has come
 * @param tally the rounds that are done of the epoch in which that lies
 * @param memories what is remembered besides, by the name of who remembers it
 */
public record RunState(
    WeightVector parameters,
    WeightVector state,
    Position position,
    Tally tally,
    Map<String, Memory> memories) {
  /** Copies the map, in the order of the names. */
  public RunState {
    memories = new TreeMap<>(memories);
  }

  /** At the end of an epoch of a run of one stage. */
  public RunState(
      WeightVector parameters,
      WeightVector state,
      long update,
      int epoch,
      Map<String, Memory> memories) {
    this(parameters, state, Position.afterEpoch(epoch, update), Tally.NOTHING, memories);
  }

  /** Weights and state, and nothing besides. */
  public RunState(WeightVector parameters, WeightVector state, long update, int epoch) {
    this(parameters, state, update, epoch, Map.of());
  }

  /** Updates done, counted globally. */
  public long update() {
    return position.update();
  }

  /** Epochs done. */
  public int epoch() {
    return position.epoch();
  }

  /** The same with what the run around the weights remembers. */
  public RunState with(Position at, Tally done, Collection<? extends Remembered> others) {
    Map<String, Memory> all = new TreeMap<>(memories);
    others.forEach(each -> all.put(each.name(), each.save()));
    return new RunState(parameters, state, at, done, all);
  }

  /** The same with something remembered otherwise. */
  public RunState with(String name, Memory memory) {
    Map<String, Memory> all = new TreeMap<>(memories);
    all.put(name, memory);
    return new RunState(parameters, state, position, tally, all);
  }

  /** What is remembered under a name, if anything is. */
  public Optional<Memory> memory(String name) {
    return Optional.ofNullable(memories.get(name));
  }

  /**
   * Lets somebody go on from what was remembered under its name.
   *
   * @throws IllegalArgumentException if nothing was
   */
  public void restore(Remembered remembered) {
    restore(remembered, UnaryOperator.identity());
  }

  /** The same with other vectors, of a part of the network for example. */
  public void restore(Remembered remembered, UnaryOperator<WideVector> change) {
    remembered.restore(
        memory(remembered.name())
            .map(memory -> memory.mapped(change))
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "Cannot resume: the checkpoint remembers nothing of %s"
                            .formatted(remembered.name()))));
  }
}
