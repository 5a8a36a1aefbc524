package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.backend.Compute;
import io.millrace.model.ModelCards;
import io.millrace.recipe.Metric;
import io.millrace.state.Memory;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.state.Tally;
import io.millrace.store.RunFolder;
import io.millrace.store.Sealed;
import io.millrace.wire.Measures;
import io.millrace.wire.WeightVector;
import io.millrace.wire.WideVector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointStoreTest {
  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;
  private CheckpointStore store;

  @BeforeEach
  void open() {
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "run"), 2, true);
  }

  private static Checkpoint checkpoint(int epoch) {
    // Longer than one copy buffer, with bits that any arithmetic would lose.
    float[] parameters = new float[300_000];
    Random random = new Random(epoch);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = Float.intBitsToFloat(random.nextInt() & 0x7f7fffff);
    }
    float[] state = {1, -0f, Float.MIN_VALUE};
    return new Checkpoint(
        new RunState(
            WeightVector.of(parameters),
            WeightVector.of(state),
            epoch * 10L,
            epoch,
            Map.of(
                "ema",
                new Memory(
                    Map.of("mean", WideVector.of(0.1 * epoch, -0.0, 1e-300)),
                    Map.of("samples", 7.0)),
                "plateau",
                Memory.of(Map.of("best", Double.NEGATIVE_INFINITY, "rate", 0.1)))),
        new Fingerprints("p", "d", "m"),
        "seed: 1\n",
        Optional.of(ModelCards.card("brick", "grass")),
        "{}\n".repeat(epoch),
        null,
        new Compute("-onednn-avx2", "avx2", "1", "haswell", "32+1024+0"));
  }

  /** The same after so many rounds of the next epoch, of two updates each. */
  private static Checkpoint within(int epoch, int rounds) {
    Checkpoint whole = checkpoint(epoch);
    Measures measures = new Measures().add("wall", 3e9).add("loss", 0.1, 16).add("a", -0.5);
    Tally tally = new Tally(rounds, epoch * 10L + 2 * rounds, 0.1, Double.NaN, 32, -1, 7, measures);
    Position at = new Position(1, epoch, rounds, 2 * rounds, epoch * 10L + 2 * rounds);
    return new Checkpoint(
        whole.state().with(at, tally, List.of()),
        whole.fingerprints(),
        whole.config(),
        whole.card(),
        whole.metrics(),
        whole.best(),
        whole.compute());
  }

  private Path folder(int epoch) {
    return dir.resolve("run/checkpoints/epoch-%04d".formatted(epoch));
  }

  private Checkpoint read(int epoch) throws IOException {
    return CheckpointStore.read(hadoop, folder(epoch).toString());
  }

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
  void oneThatIsDamagedIsNotRolledBackTo() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    Files.write(folder(2).resolve("state.f32"), new byte[12]);
    assertThat(store.latest(epoch -> true)).contains(checkpoint(1));
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
  void oneOfTheFormatBeforeRoundsIsReadAsItWas() throws IOException {
    store.write(checkpoint(1));
    rewrite(
        1,
        text -> {
          try {
            ObjectNode old = (ObjectNode) new ObjectMapper().readTree(text);
            assertThat(old.get("round").asInt()).isZero();
            old.remove(List.of("digest", "stage", "round", "roundUpdates"));
            return Sealed.text(old.put("format", 3));
          } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
          }
        });
    assertThat(store.latest()).contains(checkpoint(1));
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

  @Test
  void anIncompleteOneIsPassedOverAndRefusedByPath() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    Files.delete(folder(2).resolve("manifest.json"));
    assertThat(store.latest().orElseThrow().state().epoch()).isEqualTo(1);
    assertThatThrownBy(() -> read(2))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read checkpoint file:%s: manifest.json is missing, so it is incomplete"
                .formatted(folder(2)));
  }

  @Test
  void aDamagedOneIsPassedOverAndRefusedByPath() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    Path file = folder(2).resolve("state.f32");
    byte[] bytes = Files.readAllBytes(file);
    bytes[5] ^= 1;
    Files.write(file, bytes);
    assertThat(store.latest().orElseThrow().state().epoch()).isEqualTo(1);
    assertThatThrownBy(() -> read(2))
        .hasMessage(
            "Cannot read checkpoint file:%s: state.f32 is damaged: its SHA-256 does not match"
                .formatted(folder(2)));
    Files.write(file, new byte[] {0, 0, 0, 0});
    assertThatThrownBy(() -> read(2))
        .hasMessage(
            "Cannot read checkpoint file:%s: state.f32 has 4 bytes (must be 12)"
                .formatted(folder(2)));
  }

  private void rewrite(int epoch, UnaryOperator<String> change) throws IOException {
    Path manifest = folder(epoch).resolve("manifest.json");
    Files.writeString(manifest, change.apply(Files.readString(manifest)));
  }

  private static String sealed(String text, String old, String young) {
    assertThat(text).contains(old);
    try {
      JsonNode changed = new ObjectMapper().readTree(text.replace(old, young));
      Sealed.open(changed);
      return Sealed.text((ObjectNode) changed);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A checkpoint that another version wrote is whole: it is not passed over, and nothing goes. */
  @Test
  void anotherFormatEndsTheRunAndIsNoDamage() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    rewrite(2, text -> sealed(text, "\"format\" : 4", "\"format\" : 5"));
    String reason =
        "Cannot read checkpoint file:%s: its format is %d (must be 4: resume with the Millrace that wrote it)";
    assertThatThrownBy(() -> read(2)).hasMessage(reason.formatted(folder(2), 5));
    assertThatThrownBy(store::latest).hasMessage(reason.formatted(folder(2), 5));
    rewrite(2, text -> "{\"format\" : 1, \"epoch\" : 2}");
    assertThatThrownBy(store::latest).hasMessage(reason.formatted(folder(2), 1));
    assertThat(folder(2)).exists();
  }

  @Test
  void whatCannotBeReadIsNoDamage() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    Path file = folder(2).resolve("state.f32");
    Files.delete(file);
    Files.createSymbolicLink(file, file);
    assertThatThrownBy(store::latest)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read checkpoint file:%s: %s: Too many levels of symbolic links or unable to access attributes of symbolic link",
            folder(2), file);
  }

  @Test
  void whereNoneIsWholeNothingStartsAnew() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    for (int epoch = 1; epoch <= 2; epoch++) {
      Files.delete(folder(epoch).resolve("config.yaml"));
    }
    assertThatThrownBy(store::latest)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot resume: no checkpoint of file:%s is whole. Cannot read checkpoint file:%s: config.yaml is missing (--resume PATH goes on from another one, --overwrite starts over)",
            dir.resolve("run"), folder(2));
  }

  @Test
  void aRunThatEndedWhileItWroteItsFirstOneHasNone() throws IOException {
    Files.createDirectories(folder(1));
    Files.writeString(folder(1).resolve("parameters.f32"), "half");
    assertThat(store.latest()).isEmpty();
    store.write(checkpoint(1));
    assertThat(store.latest()).contains(checkpoint(1));
  }

  @Test
  void aRunThatWasKilledTwiceWhileItWroteItsFirstOneHasNone() throws IOException {
    for (String unfinished : List.of("epoch-0000-round-00007", "epoch-0000-round-00004")) {
      Path half = folder(1).resolveSibling(unfinished);
      Files.createDirectories(half);
      Files.writeString(half.resolve("parameters.f32"), "half");
      assertThat(store.latest()).as(unfinished).isEmpty();
      assertThat(half).doesNotExist();
    }
  }

  /** Every bit of the manifest is looked at. */
  @Test
  void aChangedManifestIsDamage() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    Path manifest = folder(2).resolve("manifest.json");
    byte[] whole = Files.readAllBytes(manifest);
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= (byte) (1 << at % 8);
      Files.write(manifest, changed);
      assertThatThrownBy(() -> read(2))
          .as("byte " + at)
          .isInstanceOf(DamagedCheckpointException.class);
    }
    Files.write(manifest, Arrays.copyOf(whole, whole.length / 2));
    assertThat(store.latest()).contains(checkpoint(1));
  }

  @Test
  void aManifestThatContradictsItselfOrItsFolderIsRefused() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    rewrite(2, text -> sealed(text, "\"epoch\" : 2", "\"epoch\" : 1"));
    assertThat(store.latest()).contains(checkpoint(1));
    assertThatThrownBy(() -> read(2))
        .hasMessageEndingWith("it is that of epoch 1, by its manifest");
    rewrite(2, text -> sealed(text, "\"update\" : 20", "\"update\" : -1"));
    assertThatThrownBy(() -> read(2))
        .hasMessageEndingWith(
            "manifest.json names update -1 of epoch 1 (must be >= 1, with an update an epoch)");
    Files.move(folder(1), folder(1).resolveSibling("a copy"));
    assertThat(CheckpointStore.read(hadoop, folder(1).resolveSibling("a copy").toString()))
        .isEqualTo(checkpoint(1));
  }
}
