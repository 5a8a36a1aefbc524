package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.wire.WeightVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Zips that no tool writes. None is read further than it is trusted: what a reader would need a
 * minute, or the memory of the machine, for is refused by what the directory says.
 */
class HostileZipTest {
  @TempDir private Path dir;
  private CraftedZip zip;

  @BeforeEach
  void aModel() throws IOException {
    zip = CraftedZip.ofModel();
  }

  private Path file(int count) throws IOException {
    return zip.write(dir.resolve("hostile.zip"), count);
  }

  private void refused(String reason) throws IOException {
    refused(zip.directory.size(), reason);
  }

  private void refused(int count, String reason) throws IOException {
    String path = file(count).toString();
    for (int i = 0; i < 2; i++) {
      boolean all = i == 0;
      assertThatThrownBy(
              () -> {
                var hadoop = new Configuration();
                Object read = all ? ModelZip.read(hadoop, path) : WeightFiles.open(hadoop, path);
                throw new AssertionError("read " + read);
              })
          .isInstanceOf(IOException.class)
          .hasMessage("Cannot read model %s: %s", path, reason);
    }
  }

  @Test
  void whatIsWrittenHereWithoutMaliceIsRead() throws IOException {
    assertThat(ModelZip.read(new Configuration(), file(2).toString()).parameters())
        .isEqualTo(WeightVector.of(1, 2));
  }

  @Test
  void aSerialisedGadgetIsNotRun() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ObjectOutputStream(bytes).writeObject(new HostileFiles.Gadget());
    zip.entry("preprocessor.bin", bytes.toByteArray());
    refused(
        "its entry preprocessor.bin holds serialised Java objects, or a normaliser, which are not read (save the model without it)");
    assertThat(HostileFiles.executed).isFalse();
  }

  @Test
  void aNameThatLeadsOutIsRefused() throws IOException {
    for (String name : List.of("../x", "a/../../x", "/etc/x", "c:x", "a\\x", "a\nb", "")) {
      aModel();
      zip.entry(name, new byte[1]);
      refused("it has an entry called %s (must be a plain name)".formatted(Words.line(name)));
    }
  }

  @Test
  void aNameThatIsThereTwiceIsRefused() throws IOException {
    zip.entry("configuration.json", new byte[1]);
    refused("it has the entry configuration.json twice");
  }

  @Test
  void aMillionEntriesAreRefusedByTheirNumber() throws IOException {
    refused(0xffff, "it has more than 64 entries");
    for (int i = 0; i < 200; i++) {
      zip.entry(i + ".json", new byte[0]);
    }
    refused("it has more than 64 entries");
    refused(64, "its directory is damaged"); // a number that is a lie
  }

  @Test
  void tenGigabytesThatInflateAreNotInflated() throws IOException {
    zip.directory.remove(1);
    zip.entry("coefficients.bin", 8, CraftedZip.bomb(10 << 10), 0xfffffff0L, 0);
    String path = file(2).toString();
    assertThatThrownBy(() -> ModelZip.read(new Configuration(), path))
        .hasMessageContaining("coefficients.bin inflates to 4294967280 bytes (must be <= ");
    assertThatThrownBy(() -> WeightFiles.open(new Configuration(), path))
        .hasMessageContaining("Cannot read model " + path);
  }

  @Test
  void anEntryThatInflatesBeyondItsClaimIsLeftThere() throws IOException {
    zip.directory.remove(1);
    int zeros = CraftedZip.parameters(WeightVector.zeros(100)).length;
    zip.entry("coefficients.bin", 8, CraftedZip.bomb(10 << 10), zeros, 0);
    String path = file(2).toString();
    assertThatThrownBy(() -> ModelZip.read(new Configuration(), path))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read model " + path);
  }

  @Test
  void entriesThatShareTheirBytesAreRefused() throws IOException {
    byte[] twin = zip.directory.get(1).clone();
    twin[46] = 'C';
    zip.directory.add(twin);
    refused("coefficients.bin runs into what lies behind it");
  }

  @Test
  void anEntryThatIsNotWhatTheDirectorySaysIsRefused() throws IOException {
    zip.directory.set(0, zip.directory.get(0).clone());
    ByteBuffer.wrap(zip.directory.get(0)).order(ByteOrder.LITTLE_ENDIAN).putInt(16, 1);
    refused("configuration.json is damaged: its checksum is another");
  }

  @Test
  void aNetworkOfMoreParametersThanTheFileHoldsTakesNoMemory() throws IOException {
    zip = new CraftedZip();
    String json =
        new NeuralNetConfiguration.Builder()
            .list(new DenseLayer.Builder().nIn(1_000_000_000).nOut(2_000_000_000).build())
            .build()
            .toJson();
    zip.entry("configuration.json", json.getBytes(StandardCharsets.UTF_8));
    zip.entry("coefficients.bin", CraftedZip.parameters(WeightVector.of(1, 2)));
    String path = file(2).toString();
    assertThatThrownBy(() -> WeightFiles.open(new Configuration(), path))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read model %s: its coefficients.bin has 137 bytes (must hold the 2000000002000000000 parameters of its own network)",
            path);
  }
}
