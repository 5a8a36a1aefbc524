package io.millrace.checkpoint;

import static io.millrace.checkpoint.FailingSaves.checkpoint;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.FailingStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Saves on a local store that fails; {@code deploy/check stores} tries the others. */
class FailingSaveTest {
  @TempDir private Path dir;
  private FailingSaves saves;

  @BeforeEach
  void open() {
    saves = new FailingSaves(FailingStore.conf(), FailingStore.path(dir));
  }

  @AfterEach
  void mend() {
    FailingStore.isUnhurt();
  }

  @Test
  void whateverCallFailsTheOldOrTheNewIsThere() throws IOException {
    FailingSaves.Outcome outcome = saves.atEveryCall();
    assertThat(outcome.calls()).isGreaterThan(40);
    assertThat(outcome.old()).isGreaterThan(20);
  }

  @Test
  void whatIsReadBackOtherwiseIsNoCheckpoint() throws IOException {
    int writes = 0;
    for (boolean unhurt = false; !unhurt; writes++) {
      CheckpointStore store = saves.store("garbled-" + writes, 1);
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
