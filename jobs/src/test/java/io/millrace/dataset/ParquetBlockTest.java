package io.millrace.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetBlockTest {
  private static final int ROWS = 1000;
  private final Configuration conf = new Configuration();
  @TempDir Path folder;

  @Test
  void everyRowGroupButTheLastHasExactlyBlockRows() throws IOException {
    var file = write("a.parquet", 256);
    assertThat(file.blocks())
        .extracting(DatasetManifest.RowGroup::rows)
        .containsExactly(256, 256, 256, 232);
    ParquetMetadata footer = footer("a.parquet");
    assertThat(footer.getBlocks())
        .extracting(BlockMetaData::getRowCount)
        .containsExactly(256L, 256L, 256L, 232L);
    for (BlockMetaData block : footer.getBlocks()) {
      assertThat(block.getColumns())
          .allSatisfy(
              column -> {
                assertThat(column.getCodec()).isEqualTo(CompressionCodecName.UNCOMPRESSED);
                assertThat(column.getEncodings())
                    .doesNotContain(Encoding.PLAIN_DICTIONARY, Encoding.RLE_DICTIONARY);
              });
    }
  }

  @Test
  void settingsOfAnotherWriterInTheJvmDoNotMatter() throws IOException {
    String alone = write("a.parquet", 256).rowsSha256();
    assertThat(
            ParquetProperties.builder().withDictionaryEncoding(true).build().isEnableDictionary())
        .isTrue();
    assertThat(write("b.parquet", 256).rowsSha256()).isEqualTo(alone);
    for (var column : footer("b.parquet").getBlocks().get(0).getColumns()) {
      assertThat(column.getEncodings()).doesNotContain(Encoding.PLAIN_DICTIONARY);
    }
  }

  @Test
  void rowsThatFillTheLastBlockLeaveNoEmptyOne() throws IOException {
    assertThat(write("a.parquet", 250).blocks())
        .extracting(DatasetManifest.RowGroup::rows)
        .containsExactly(250, 250, 250, 250);
  }

  @Test
  void lengthIsThatOfTheFileAndTheChecksumIsOfTheRowsInOrder() throws Exception {
    var file = write("a.parquet", 256);
    assertThat(file.bytes()).isEqualTo(Files.size(folder.resolve("a.parquet")));
    var digest = MessageDigest.getInstance("SHA-256");
    Random random = new Random(7);
    for (int i = 0; i < 1000; i++) {
      var head = ByteBuffer.allocate(16).putLong(random.nextLong()).putInt(random.nextInt(10));
      byte[] image = new byte[random.nextInt(5000)];
      random.nextBytes(image);
      digest.update(head.putInt(image.length).flip());
      digest.update(image);
    }
    assertThat(file.rowsSha256()).isEqualTo(HexFormat.of().formatHex(digest.digest()));
    assertThat(write("b.parquet", 100).rowsSha256()).isEqualTo(file.rowsSha256());
  }

  @Test
  void aReaderThatTravelledReadsWhatWasWritten() throws Exception {
    var file = write("a.parquet", 256);
    var reader = travel(new ParquetBlockReader(folder.toString(), conf));
    Random random = new Random(7);
    for (int b = 0; b < file.blocks().size(); b++) {
      EncodedBlock block = reader.read(block(file, b));
      for (int i = 0; i < block.rows(); i++) {
        assertThat(block.ids()[i]).isEqualTo(random.nextLong());
        assertThat(block.labels()[i]).isEqualTo(random.nextInt(10));
        byte[] image = new byte[random.nextInt(5000)];
        random.nextBytes(image);
        assertThat(
                java.util.Arrays.equals(
                    block.data(),
                    block.offsets()[i],
                    block.offsets()[i + 1],
                    image,
                    0,
                    image.length))
            .isTrue();
      }
    }
    assertThat(reader.bytesRead()).isBetween(file.bytes() - 8, file.bytes());
  }

  @Test
  void aDamagedPageIsNamedByItsFile() throws IOException {
    var file = write("damaged.parquet", 256);
    byte[] bytes = Files.readAllBytes(folder.resolve("damaged.parquet"));
    bytes[100_000] ^= 1;
    Files.delete(folder.resolve(".damaged.parquet.crc"));
    Files.write(folder.resolve("damaged.parquet"), bytes);
    var reader = new ParquetBlockReader(folder.toString(), conf);
    assertThatThrownBy(() -> reader.read(block(file, 0)))
        .hasMessageStartingWith("Cannot read block 0 of " + folder + "/damaged.parquet: ")
        .hasMessageContaining("the checksum of a page is wrong");
  }

  @Test
  void cutAndEmptyFilesAreNamed() throws IOException {
    var file = write("cut.parquet", 256);
    byte[] bytes = Files.readAllBytes(folder.resolve("cut.parquet"));
    Files.write(folder.resolve("cut.parquet"), java.util.Arrays.copyOf(bytes, 1000));
    Files.write(folder.resolve("empty.parquet"), new byte[0]);
    var reader = new ParquetBlockReader(folder.toString(), conf);
    assertThatThrownBy(() -> reader.read(block(file, 0)))
        .hasMessage(
            "Cannot read %s/cut.parquet: it is damaged or cut: its bytes do not match the checksums"
                + " beside it",
            folder);
    Files.delete(folder.resolve(".cut.parquet.crc"));
    assertThatThrownBy(() -> reader.read(block(file, 0)))
        .hasMessage(
            "Cannot read %s/cut.parquet: it is cut or not a Parquet file (1000 bytes, no valid"
                + " footer)",
            folder);
    assertThatThrownBy(() -> reader.read(new Block("empty.parquet", 0, 1, 1)))
        .hasMessage("Cannot read %s/empty.parquet: the file is empty (0 bytes)", folder);
  }

  private DatasetManifest.DataFile write(String name, int blockRows) throws IOException {
    Random random = new Random(7);
    var path = new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
    try (var writer = new ParquetBlockWriter(path, blockRows, conf)) {
      for (int i = 0; i < ROWS; i++) {
        long id = random.nextLong();
        int label = random.nextInt(10);
        byte[] image = new byte[random.nextInt(5000)];
        random.nextBytes(image);
        writer.write(id, label, image);
      }
      return writer.finish(name);
    }
  }

  private ParquetMetadata footer(String name) throws IOException {
    Path file = folder.resolve(name);
    return ParquetFiles.footer(
        new org.apache.hadoop.fs.Path(file.toString()), Files.size(file), conf);
  }

  private static Block block(DatasetManifest.DataFile file, int index) {
    var group = file.blocks().get(index);
    return new Block(file.path(), index, group.rows(), group.bytes());
  }

  private static ParquetBlockReader travel(ParquetBlockReader reader) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(reader);
    }
    try (var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (ParquetBlockReader) in.readObject();
    }
  }
}
