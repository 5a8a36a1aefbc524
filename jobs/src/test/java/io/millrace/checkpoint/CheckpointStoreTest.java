package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.recipe.Metric;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CheckpointStoreTest extends StoredCheckpoints {
  @Test
  void whatIsReadIsWhatWasWrittenBitForBit() throws IOException {
    store.write(checkpoint(1));
    assertThat(store.latest()).contains(checkpoint(1));
    assertThat(read(1)).isNotEqualTo(checkpoint(2));
    byte[] raw = Files.readAllBytes(folder(1).resolve("state.f32"));
    assertThat(raw).containsExactly(0, 0, 0x80, 0x3f, 0, 0, 0, 0x80, 1, 0, 0, 0);
  }

  @Test
  void oneWithinAnEpochHoldsWhereItWasAndWhatItHadCounted() throws IOException {
    Checkpoint written = within(1, 7);
    store.write(written);
    Path at = dir.resolve("run/checkpoints/epoch-0001-round-00007");
    assertThat(at).exists();
    Checkpoint read = store.latest().orElseThrow();
    assertThat(read).isEqualTo(written);
    assertThat(read.state().tally().measures().names())
        .as("in their order, which that of metrics.jsonl follows")
        .containsExactly("wall", "loss", "a");
    assertThat(read.state().position().epochStart()).isEqualTo(10);
    assertThat(CheckpointStore.read(hadoop, at.toString())).isEqualTo(written);
  }

  @Test
  void theOneToRollBackToIsKeptBesideTheNewestAndFound() throws IOException {
    store = store.keeping(epoch -> epoch % 2 == 0);
    for (int epoch = 1; epoch <= 4; epoch++) {
      store.write(checkpoint(epoch));
    }
    store.write(checkpoint(5));
    for (int rounds = 1; rounds <= 3; rounds++) {
      store.write(within(5, rounds));
    }
    assertThat(dir.resolve("run/checkpoints"))
        .isDirectoryContaining("glob:**/epoch-0004")
        .isDirectoryNotContaining("glob:**/epoch-0002")
        .isDirectoryNotContaining("glob:**/epoch-0005");
    assertThat(store.latest(epoch -> epoch % 2 == 0)).contains(checkpoint(4));
    assertThat(store.latest(epoch -> epoch % 3 == 0)).isEmpty();
    assertThat(store.latest()).contains(within(5, 3));
  }

  @Test
  void theNewestIsTheOneThatWasTrainedLongest() throws IOException {
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "run"), 9, true);
    store.write(within(0, 3));
    store.write(within(0, 12));
    assertThat(store.latest()).contains(within(0, 12));
    store.write(checkpoint(1));
    assertThat(store.latest()).contains(checkpoint(1));
    store.write(within(1, 100_000));
    assertThat(store.latest()).contains(within(1, 100_000));
    store.write(within(1, 2));
    assertThat(dir.resolve("run/checkpoints").toFile().list())
        .as("later ones are of another course")
        .containsExactlyInAnyOrder(
            "epoch-0000-round-00003",
            "epoch-0000-round-00012",
            "epoch-0001",
            "epoch-0001-round-00002");
  }

  @Test
  void onlyTheNewestAreKept() throws IOException {
    for (int epoch = 1; epoch <= 4; epoch++) {
      store.write(checkpoint(epoch));
    }
    assertThat(folder(2)).doesNotExist();
    assertThat(folder(3)).exists();
    assertThat(store.latest().orElseThrow().state().epoch()).isEqualTo(4);
  }

  @Test
  void epochsAreOrderedByNumberAndNotByName() throws IOException {
    for (int epoch = 9_998; epoch <= 10_001; epoch++) {
      store.write(checkpoint(epoch));
    }
    assertThat(folder(9_999)).doesNotExist();
    assertThat(folder(10_000)).exists();
    assertThat(store.latest().orElseThrow().state().epoch()).isEqualTo(10_001);
  }

  @Test
  void thoseOfAnotherCourseStayUntilTheFirstNewOneIsWhole() throws IOException {
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "run"), 9, true);
    for (int epoch = 1; epoch <= 4; epoch++) {
      store.write(checkpoint(epoch));
    }
    Checkpoint old = checkpoint(2);
    Checkpoint half =
        new Checkpoint(
            old.state(),
            old.fingerprints(),
            old.config(),
            old.card(),
            null,
            null,
            null); // fails late
    assertThatThrownBy(() -> store.write(half)).isInstanceOf(NullPointerException.class);
    assertThat(read(2)).isEqualTo(old);
    assertThat(store.latest()).contains(checkpoint(4));

    Checkpoint young =
        new Checkpoint(
            old.state(), old.fingerprints(), "seed: 2\n", old.card(), old.metrics(), null, null);
    store.write(young);
    assertThat(store.latest()).contains(young);
    assertThat(folder(1)).exists();
    assertThat(folder(3)).doesNotExist();
    assertThat(folder(2)).isDirectoryContaining(path -> path.endsWith("parameters.3.f32"));
    store.write(old);
    assertThat(read(2)).isEqualTo(old);
    try (var files = Files.list(folder(2))) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "manifest.json",
              "parameters.f32",
              "state.f32",
              "config.yaml",
              "metrics.jsonl",
              "ema.mean.f64",
              "millrace.json");
    }
  }

  @Test
  void theBestIsKeptBeyondTheNewestWhereItIsWanted() throws IOException {
    double[] top1 = {0.5, 0.9, Double.NaN, 0.9, 0.7};
    for (boolean wanted : new boolean[] {true, false}) {
      String run = "best-" + wanted;
      store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), run), 2, wanted);
      Best best = null;
      for (int epoch = 1; epoch <= top1.length; epoch++) {
        Checkpoint checkpoint = checkpoint(epoch);
        best =
            store.write(
                checkpoint.withBest(Best.of(best, Metric.VAL_TOP1, epoch, top1[epoch - 1])));
      }
      assertThat(best.epoch()).as("the earlier of equals").isEqualTo(2);
      assertThat(store.latest().orElseThrow().best()).isEqualTo(best);
      assertThat(dir.resolve(run + "/checkpoints").toFile().list())
          .containsExactlyInAnyOrder(
              wanted
                  ? new String[] {"epoch-0002", "epoch-0004", "epoch-0005"}
                  : new String[] {"epoch-0004", "epoch-0005"});
      Best kept = best;
      if (wanted) {
        assertThat(store.read(best).state()).isEqualTo(checkpoint(2).state());
      } else {
        assertThatThrownBy(() -> store.read(kept)).hasMessageContaining("epoch-0002");
      }
    }
  }

  @Test
  void aPathOfNoCheckpointIsSaid() throws IOException {
    store.write(checkpoint(1));
    Path none = folder(1).resolveSibling("epoch-0009");
    assertThatThrownBy(() -> CheckpointStore.read(hadoop, none.toString()))
        .hasMessage(
            "Cannot read checkpoint %s: there is no such folder, or nothing in it".formatted(none));
    Path run = folder(1).getParent().getParent();
    Files.writeString(run.resolve("manifest.json"), "{}");
    assertThatThrownBy(() -> CheckpointStore.read(hadoop, run.toString()))
        .hasMessage(
            "Cannot read checkpoint %s: it is the folder of a run, whose checkpoints lie in its folder checkpoints"
                .formatted(run));
  }
}
