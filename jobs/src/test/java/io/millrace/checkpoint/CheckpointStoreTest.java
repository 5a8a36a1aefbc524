package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ModelCards;
import io.millrace.store.RunFolder;
import io.millrace.training.MasterWeights;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
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
    store = new CheckpointStore(RunFolder.open(hadoop, dir.toString(), "run"), 2);
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
        new MasterWeights(WeightVector.of(parameters), WeightVector.of(state), epoch * 10L, epoch),
        new Fingerprints("p", "d", "m"),
        "seed: 1\n",
        Optional.of(ModelCards.card("brick", "grass")));
  }

  private Path folder(int epoch) {
    return dir.resolve("run/checkpoints/epoch-000" + epoch);
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
  void onlyTheNewestAreKept() throws IOException {
    for (int epoch = 1; epoch <= 4; epoch++) {
      store.write(checkpoint(epoch));
    }
    assertThat(folder(2)).doesNotExist();
    assertThat(folder(3)).exists();
    assertThat(store.latest().orElseThrow().weights().epoch()).isEqualTo(4);
    store.discardAfter(3);
    assertThat(store.latest().orElseThrow().weights().epoch()).isEqualTo(3);
  }

  @Test
  void anIncompleteOneIsPassedOverAndRefusedByPath() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    Files.delete(folder(2).resolve("manifest.json"));
    assertThat(store.latest().orElseThrow().weights().epoch()).isEqualTo(1);
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
    Files.delete(folder(2).resolve(".state.f32.crc"));
    Files.write(file, bytes);
    assertThat(store.latest().orElseThrow().weights().epoch()).isEqualTo(1);
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

  @Test
  void aNewerFormatIsRefused() throws IOException {
    store.write(checkpoint(1));
    Path manifest = folder(1).resolve("manifest.json");
    String text = Files.readString(manifest).replace("\"format\" : 1", "\"format\" : 2");
    Files.delete(folder(1).resolve(".manifest.json.crc"));
    Files.writeString(manifest, text);
    assertThat(store.latest()).isEmpty();
    assertThatThrownBy(() -> read(1))
        .hasMessage(
            "Cannot read checkpoint file:%s: its format is 2 (must be 1)".formatted(folder(1)));
  }
}
