package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.recipe.Metric;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointThreadTest {
  @TempDir private Path dir;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    store =
        new CheckpointStore(RunFolder.open(new Configuration(), dir.toString(), "run"), 9, false);
  }

  private static Checkpoint checkpoint(int epoch) {
    return new Checkpoint(
        new RunState(WeightVector.of(epoch), WeightVector.of(), 7L * epoch, epoch),
        new Fingerprints("p", "d", "m"),
        "seed: 1\n",
        Optional.empty(),
        "{}\n",
        new Best(epoch, Metric.VAL_LOSS, 1.0 / epoch, ""),
        null);
  }

  private static Position epoch(int epoch) {
    return Position.afterEpoch(epoch, 7L * epoch);
  }

  private CheckpointThread thread(Runnable before) {
    return new CheckpointThread(store, before, 2, null, Optional.empty());
  }

  /** A file where a checkpoint's folder would be. */
  private Path inTheWay(int epoch) throws IOException {
    Path folder = Files.createDirectories(dir.resolve("run/checkpoints"));
    return Files.createFile(folder.resolve("epoch-%04d".formatted(epoch)));
  }

  @Test
  void nobodyWaitsForACheckpoint() throws IOException {
    CountDownLatch disk = new CountDownLatch(1);
    try (CheckpointThread thread = thread(() -> await(disk))) {
      thread.save(checkpoint(1));
      assertThat(thread.isBusy()).isTrue();
      assertThat(thread.written()).as("not whole yet").isEmpty();
      thread.look();
      assertThat(thread.written()).isEmpty();
      disk.countDown();
      thread.settle();
      assertThat(thread.isBusy()).isFalse();
      assertThat(thread.written()).contains(epoch(1));
      assertThat(store.holds(thread.best())).isTrue();
    }
    assertThat(store.latest()).contains(checkpoint(1).withBest(store.latest().get().best()));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void oneThatFailsLeavesTheOneBeforeAndTheNextIsTried() throws IOException {
    try (CheckpointThread thread = thread(() -> {})) {
      thread.save(checkpoint(1));
      thread.settle();
      Best first = thread.best();
      Path file = inTheWay(2);
      thread.save(checkpoint(2));
      thread.settle();
      assertThat(thread.written()).contains(epoch(1));
      assertThat(thread.ofBest()).as("the best epoch's, in memory").isEqualTo(checkpoint(2));
      assertThat(store.holds(first)).isTrue();
      thread.save(checkpoint(3));
      thread.settle();
      assertThat(thread.written()).contains(epoch(3));
      assertThat(thread.ofBest().state()).isEqualTo(checkpoint(3).state());
      Files.delete(file);
      inTheWay(4);
      thread.save(checkpoint(4));
      thread.settle(); // the first in a row again
      assertThat(thread.written()).contains(epoch(3));
    }
  }

  @Test
  void tooManyInARowAreAnEnd() throws IOException {
    CheckpointThread thread = thread(() -> {});
    inTheWay(1);
    inTheWay(2);
    thread.save(checkpoint(1));
    thread.save(checkpoint(2));
    assertThatThrownBy(thread::close)
        .isInstanceOf(FailedCheckpointException.class)
        .hasMessageStartingWith("The checkpoint of epoch 2 could not be written: " + dir)
        .hasMessageEndingWith(", failure 2 in a row");
    assertThat(thread.written()).isEmpty();
  }

  @Test
  void whatComesBeforeAWriteEndsTheRun() {
    CheckpointThread thread =
        thread(
            () -> {
              throw new IllegalStateException("the folder is another's");
            });
    thread.save(checkpoint(1));
    assertThatThrownBy(thread::settle).hasMessage("the folder is another's");
    assertThat(dir.resolve("run/checkpoints/epoch-0001")).doesNotExist();
    thread.close();
  }
}
