package io.millrace.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.store.FailingStore;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The end of a night on a local store that fails; {@code deploy/check stores} tries the others. */
class FailingPromotionTest {
  @TempDir private Path dir;

  @AfterEach
  void mend() {
    FailingStore.isUnhurt();
  }

  @Test
  void whateverCallFailsTheOldChampionOrTheNewOneIsThereAndTheNightGoesOn() throws IOException {
    var tried = new FailingPromotions(FailingStore.conf(), FailingStore.path(dir)).atEveryCall();
    assertThat(tried.calls()).isGreaterThan(10);
    assertThat(tried.old()).isGreaterThan(5);
  }
}
