package io.millrace.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.store.Sealed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** What is no whole checkpoint of this version: passed over, or refused by name. */
class DamagedCheckpointTest extends StoredCheckpoints {
  @Test
  void oneThatIsDamagedIsNotRolledBackTo() throws IOException {
    store.write(checkpoint(1));
    store.write(checkpoint(2));
    Files.write(folder(2).resolve("state.f32"), new byte[12]);
    assertThat(store.latest(epoch -> true)).contains(checkpoint(1));
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
