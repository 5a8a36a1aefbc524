package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.state.RunState;
import io.millrace.store.FailingStore;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saves on a store that fails at its first, second, ... call. */
class FailingSaveTest {
  private final Configuration hadoop = FailingStore.conf();
  @TempDir private Path dir;

  @AfterEach
  void mend() {
    FailingStore.isUnhurt();
  }

  private static Checkpoint checkpoint(int epoch, float weight) {
    return new Checkpoint(
        new RunState(WeightVector.of(weight, 2), WeightVector.of(3), 7L * epoch, epoch),
        new Fingerprints("p", "d", "m"),
        "seed: 1\n",
        Optional.empty(),
        "{}\n",
        null,
        null);
  }

  private CheckpointStore store(String run, int keep) {
    return new CheckpointStore(RunFolder.open(hadoop, FailingStore.path(dir), run), keep, false);
  }

  /** With what is kept, and in the place of one that another course left. */
  @Test
  void whateverCallFailsTheOldOrTheNewIsThere() throws IOException {
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
    assertThat(calls).isGreaterThan(40);
    assertThat(old).isGreaterThan(20);
  }

  @Test
  void whatIsReadBackOtherwiseIsNoCheckpoint() throws IOException {
    int writes = 0;
    for (boolean unhurt = false; !unhurt; writes++) {
      CheckpointStore store = store("garbled-" + writes, 1);
      store.write(checkpoint(1, 1));
      FailingStore.garble(writes);
      String said = "";
      try {
        store.write(checkpoint(2, 2));
      } catch (IOException e) {
        said = e.getMessage();
      }
      unhurt = FailingStore.isUnhurt();
      assertThat(store.latest()).contains(unhurt ? checkpoint(2, 2) : checkpoint(1, 1));
      assertThat(said).endsWith(unhurt ? "" : ": what is read back is not what was written");
    }
    assertThat(writes).isGreaterThan(5);
  }
}
