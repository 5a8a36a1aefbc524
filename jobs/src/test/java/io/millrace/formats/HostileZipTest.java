package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.wire.WeightVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
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
  private static boolean executed;
  @TempDir private Path dir;
  private final List<byte[]> directory = new ArrayList<>();
  private final ByteArrayOutputStream entries = new ByteArrayOutputStream();

  /** What runs when it is read. */
  private static final class Gadget implements Serializable {
    private static final long serialVersionUID = 1;

    private void readObject(ObjectInputStream in) {
      executed = true;
    }
  }

  @BeforeEach
  void aModel() throws IOException {
    entry("configuration.json", "{}".getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    NdArrayFile.write(WeightVector.of(1, 2), parameters);
    entry("coefficients.bin", parameters.toByteArray());
  }

  private void entry(String name, byte[] stored) {
    CRC32 crc = new CRC32();
    crc.update(stored);
    entry(name, 0, stored, stored.length, crc.getValue());
  }

  private void entry(String name, int method, byte[] data, long size, long crc) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    ByteBuffer local = little(30 + text.length).putInt(0x04034b50).putShort((short) 20);
    local.putShort(8, (short) method).putInt(14, (int) crc).putInt(18, data.length);
    local.putInt(22, (int) size).putShort(26, (short) text.length).position(30).put(text);
    ByteBuffer central = little(46 + text.length).putInt(0x02014b50);
    central.putShort(10, (short) method).putInt(16, (int) crc).putInt(20, data.length);
    central.putInt(24, (int) size).putShort(28, (short) text.length).putInt(42, entries.size());
    directory.add(central.position(46).put(text).array());
    entries.writeBytes(local.array());
    entries.writeBytes(data);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private Path file(int count) throws IOException {
    int bytes = directory.stream().mapToInt(each -> each.length).sum();
    Path path = dir.resolve("hostile.zip");
    try (OutputStream out = Files.newOutputStream(path)) {
      out.write(entries.toByteArray());
      for (byte[] each : directory) {
        out.write(each);
      }
      out.write(
          little(22)
              .putInt(0x06054b50)
              .putShort(8, (short) count)
              .putShort(10, (short) count)
              .putInt(12, bytes)
              .putInt(16, entries.size())
              .array());
    }
    return path;
  }

  private void refused(String reason) throws IOException {
    refused(directory.size(), reason);
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
    new ObjectOutputStream(bytes).writeObject(new Gadget());
    entry("preprocessor.bin", bytes.toByteArray());
    refused(
        "its entry preprocessor.bin holds serialised Java objects, or a normaliser, which are not read (save the model without it)");
    assertThat(executed).isFalse();
  }

  @Test
  void aNameThatLeadsOutIsRefused() throws IOException {
    for (String name : List.of("../x", "a/../../x", "/etc/x", "c:x", "a\\x", "a\nb", "")) {
      directory.clear();
      entries.reset();
      aModel();
      entry(name, new byte[1]);
      refused("it has an entry called %s (must be a plain name)".formatted(Words.line(name)));
    }
  }

  @Test
  void aNameThatIsThereTwiceIsRefused() throws IOException {
    entry("configuration.json", new byte[1]);
    refused("it has the entry configuration.json twice");
  }

  @Test
  void aMillionEntriesAreRefusedByTheirNumber() throws IOException {
    refused(0xffff, "it has more than 64 entries");
    for (int i = 0; i < 200; i++) {
      entry(i + ".json", new byte[0]);
    }
    refused("it has more than 64 entries");
    refused(64, "its directory is damaged"); // a number that is a lie
  }

  /** One block of 1 MiB of zeros, deflated, as often as it takes. */
  private static byte[] bomb(int blocks) {
    Deflater deflater = new Deflater(9, true);
    byte[] block = new byte[1 << 12];
    deflater.setInput(new byte[1 << 20]);
    int length = deflater.deflate(block, 0, block.length, Deflater.FULL_FLUSH);
    deflater.end();
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < blocks; i++) {
      all.write(block, 0, length);
    }
    all.writeBytes(new byte[] {3, 0}); // the end
    return all.toByteArray();
  }

  @Test
  void tenGigabytesThatInflateAreNotInflated() throws IOException {
    directory.remove(1);
    entry("coefficients.bin", 8, bomb(10 << 10), 0xfffffff0L, 0);
    String path = file(2).toString();
    assertThatThrownBy(() -> ModelZip.read(new Configuration(), path))
        .hasMessageContaining("coefficients.bin inflates to 4294967280 bytes (must be <= ");
    assertThatThrownBy(() -> WeightFiles.open(new Configuration(), path))
        .hasMessageContaining("Cannot read model " + path);
  }

  @Test
  void anEntryThatInflatesBeyondItsClaimIsLeftThere() throws IOException {
    directory.remove(1);
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    NdArrayFile.write(WeightVector.zeros(100), parameters);
    int zeros = parameters.size();
    entry("coefficients.bin", 8, bomb(10 << 10), zeros, 0);
    String path = file(2).toString();
    assertThatThrownBy(() -> ModelZip.read(new Configuration(), path))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read model " + path);
  }

  @Test
  void entriesThatShareTheirBytesAreRefused() throws IOException {
    byte[] twin = directory.get(1).clone();
    twin[46] = 'C';
    directory.add(twin);
    refused("coefficients.bin runs into what lies behind it");
  }

  @Test
  void anEntryThatIsNotWhatTheDirectorySaysIsRefused() throws IOException {
    directory.set(0, directory.get(0).clone());
    ByteBuffer.wrap(directory.get(0)).order(ByteOrder.LITTLE_ENDIAN).putInt(16, 1);
    refused("configuration.json is damaged: its checksum is another");
  }

  @Test
  void aNetworkOfMoreParametersThanTheFileHoldsTakesNoMemory() throws IOException {
    directory.clear();
    entries.reset();
    String json =
        new NeuralNetConfiguration.Builder()
            .list(new DenseLayer.Builder().nIn(1_000_000_000).nOut(2_000_000_000).build())
            .build()
            .toJson();
    entry("configuration.json", json.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    NdArrayFile.write(WeightVector.of(1, 2), parameters);
    entry("coefficients.bin", parameters.toByteArray());
    String path = file(2).toString();
    assertThatThrownBy(() -> WeightFiles.open(new Configuration(), path))
        .isInstanceOf(IOException.class)
        .hasMessage(
            "Cannot read model %s: its coefficients.bin has 137 bytes (must hold the 2000000002000000000 parameters of its own network)",
            path);
  }
}
