package io.millrace.run;

import io.millrace.recipe.Pace;
import io.millrace.recipe.SwatsSwitch;
import io.millrace.state.Memory;
import io.millrace.state.Position;
import io.millrace.state.Remembered;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.wire.WeightVector;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a stage goes on from: the weights and counts of the one before, the optimiser's state of
 * what both train, and followers of weights. What steers rates, such as a plateau, begins anew, as
 * schedules do; but an optimiser that has become another one stays that with its state.
 */
final class StageChange {
  private StageChange() {}

  /** The state in which {@code next} begins, after {@code before} has ended with this one. */
  static RunState of(RunState ended, TrainingSetup before, TrainingSetup next) {
    Map<String, Memory> memories = new TreeMap<>(ended.memories());
    for (Remembered each : new Pace(before.recipe()).remembered()) {
      if (!(next.stage().keepsState() && hasSwitched(each, ended))) {
        memories.remove(each.name());
      }
    }
    if (!before.config().averaging().outer().equals(next.config().averaging().outer())) {
      memories.remove("outer-step");
    }
    int vectors = next.config().optimizer().kind().stateVectors();
    WeightVector state =
        next.stage().keepsState()
            ? ended.state()
            : WeightVector.zeros(vectors * ended.parameters().length());
    Position at = new Position(next.stage().index(), ended.epoch(), 0, 0, ended.update());
    return new RunState(ended.parameters(), state, at, Tally.NOTHING, memories);
  }

  private static boolean hasSwitched(Remembered each, RunState ended) {
    if (each instanceof SwatsSwitch swats && ended.memory(each.name()).isPresent()) {
      ended.restore(swats);
      return swats.isSwitched();
    }
    return false;
  }
}
