package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.RunState;
import io.millrace.store.FailingStore;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/**
 * What has to hold of checkpoints on any store that fails at its first, second, ... call.
 *
 * @param hadoop knows the store
 * @param root a folder on it
 */
public record FailingSaves(Configuration hadoop, String root) {
  /** How many calls were let fail, and how often the old checkpoint was the one that was left. */
  public record Outcome(int calls, int old) {}

  static Checkpoint checkpoint(int epoch, float weight) {
    return new Checkpoint(
        new RunState(WeightVector.of(weight, 2), WeightVector.of(3), 7L * epoch, epoch),
        new Fingerprints("p", "d", "m"),
        "seed: 1\n",
        Optional.empty(),
        "{}\n",
        null,
        null);
  }

  CheckpointStore store(String run, int keep) {
    return new CheckpointStore(RunFolder.open(hadoop, root, run), keep, false);
  }

  /**
   * Lets each call of a save fail, with what is kept, and in the place of a checkpoint that another
   * course left: the old or the new one is there, and the next save is a good one.
   */
  public Outcome atEveryCall() throws IOException {
    int calls = 0;
    int old = 0;
    for (boolean unhurt = false; !unhurt; calls++) {
      CheckpointStore store = store("run-" + calls, 1);
      store.write(checkpoint(1, 1));
      store.write(checkpoint(3, 3));
      Checkpoint young = calls % 2 == 0 ? checkpoint(4, 4) : checkpoint(3, 9);
      FailingStore.fail(calls / 2);
      boolean saved = true;
      try {
        store.write(young);
      } catch (IOException | UncheckedIOException e) {
        saved = false;
        assertThat(e).hasMessageContaining("No space left on device");
      }
      unhurt = FailingStore.isUnhurt();
      Checkpoint found = store.latest().orElseThrow();
      assertThat(found).as("call %d", calls).isIn(checkpoint(3, 3), young);
      assertThat(saved && !found.equals(young)).as("what was saved is there").isFalse();
      old += found.equals(young) ? 0 : 1;
      store.write(checkpoint(5, 5));
      assertThat(store.latest()).contains(checkpoint(5, 5));
    }
    return new Outcome(calls, old);
  }
}
