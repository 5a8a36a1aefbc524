package io.millrace.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.source.SourceConfig.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IdxSourceTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";
  private static final int ROWS = 6;

  @TempDir Path lake;

  @Test
  void aFileAndItsUnpackedTwinAreOne() throws IOException {
    for (String split : List.of("train", "t10k")) {
      write(split + "-images-idx3-ubyte", images());
      write(split + "-images-idx3-ubyte.gz", gzip(images()));
      write(split + "-labels-idx1-ubyte", labels(ROWS));
      write(split + "-labels-idx1-ubyte.gz", gzip(labels(ROWS)));
    }
    OpenedSource source = open();
    assertThat(source.rows()).hasSize(2 * ROWS);
    assertThat(source.splits()).containsExactly("test", "train");
    assertThat(source.source().leftOut())
        .containsExactly(
            "4 files that are there unpacked too: t10k-images-idx3-ubyte.gz,"
                + " t10k-labels-idx1-ubyte.gz, train-images-idx3-ubyte.gz,"
                + " train-labels-idx1-ubyte.gz");
  }

  @Test
  void twinsThatDifferAreRefused() throws IOException {
    write(IMAGES, images());
    write(IMAGES + ".gz", gzip(idx(5, 4, 4)));
    write(LABELS, labels(ROWS));
    refused(
        "Cannot read IDX files train-images-idx3-ubyte.gz and train-images-idx3-ubyte: one has the"
            + " dimensions [5, 4, 4], the other [6, 4, 4] (remove one of them)");
  }

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, train-labels-idx1-ubyte, false, false",
    "train-images.idx3-ubyte, train-labels.idx1-ubyte, false, false",
    "train-images-idx3-ubyte.gz, train-labels-idx1-ubyte.gz, false, true",
    "train-images-idx3-ubyte, train-labels-idx1-ubyte.gz, true, true",
    "emnist-letters-train-images-idx3-ubyte.gz, emnist-letters-train-labels-idx1-ubyte.gz, true, true",
  })
  void filesAreUnpackedByTheirBytesAndPairedWithOrWithoutGz(
      String images, String labels, boolean packedImages, boolean packedLabels) throws IOException {
    write(images, packedImages ? gzip(images()) : images());
    write(labels, packedLabels ? gzip(labels(ROWS)) : labels(ROWS));
    List<SourceRow> rows = open().rows();
    assertThat(rows).extracting(SourceRow::label).containsExactly("0", "1", "2", "0", "1", "2");
    assertThat(rows.get(5).image()).isEqualTo(Arrays.copyOfRange(images(), 16 + 80, 16 + 96));
    assertThat(rows).extracting(SourceRow::split).containsOnly("train");
  }

  @Test
  void whatIsNoImageFileIsNamedByItsMagicNumber() throws IOException {
    write(LABELS, labels(ROWS));
    byte[] bytes = images();
    bytes[3] = 2;
    write(IMAGES, bytes);
    refused(
        "Cannot read IDX file train-images-idx3-ubyte: its magic number is 00000802, for 2"
            + " dimensions (must be 00000803 for images)");
    System.arraycopy(new byte[] {3, 8, 0, 0}, 0, bytes, 0, 4);
    write(IMAGES, bytes);
    refused(
        "Cannot read IDX file file:%s/train-images-idx3-ubyte: its magic number is 03080000 (must"
            + " be 00000801 to 00000804)",
        lake);
    write(IMAGES, idx(ROWS, 4, -4));
    refused(
        "Cannot read IDX file file:%s/train-images-idx3-ubyte: its dimensions are [6, 4, -4] (must"
            + " be > 0, with rows of 268,435,456 bytes at most)",
        lake);
    write(IMAGES, idx(ROWS, 0x7fffffff, 0x7fffffff));
    refused(
        "Cannot read IDX file file:%s/train-images-idx3-ubyte: its dimensions are [6, 2147483647,"
            + " 2147483647] (must be > 0, with rows of 268,435,456 bytes at most)",
        lake);
  }

  @Test
  void labelsThatAreMissingOrOfAnotherCountAreNamed() throws IOException {
    write(IMAGES, images());
    refused(
        "Cannot read IDX file train-images-idx3-ubyte: its labels train-labels-idx1-ubyte are"
            + " missing");
    write(LABELS, labels(5));
    refused(
        "Cannot read IDX file train-images-idx3-ubyte: 6 images do not go with 5 labels in"
            + " train-labels-idx1-ubyte");
  }

  @Test
  void aFileThatIsCutShortIsNamed() throws IOException {
    write(LABELS, labels(ROWS));
    for (byte[] cut :
        List.of(
            Arrays.copyOf(images(), 60),
            gzip(Arrays.copyOf(images(), 60)),
            Arrays.copyOf(gzip(images()), gzip(images()).length - 20),
            Arrays.copyOf(gzip(images()), gzip(images()).length - 6))) {
      write(IMAGES, cut);
      assertThatThrownBy(() -> open().rows())
          .isInstanceOf(BadSourceException.class)
          .hasMessage("Cannot read IDX file file:%s/%s: it is cut short", lake, IMAGES);
    }
    write(IMAGES, new byte[] {0, 0, 8});
    refused("Cannot read IDX file file:%s/%s: it is cut short", lake, IMAGES);
  }

  @Test
  void bytesThatAreNotThoseOfTheChecksumAreRefused() throws IOException {
    byte[] damaged = gzip(images());
    damaged[damaged.length - 6] ^= 1;
    write(IMAGES, damaged);
    write(LABELS, labels(ROWS));
    assertThatThrownBy(() -> open().rows())
        .isInstanceOf(BadSourceException.class)
        .hasMessage(
            "Cannot read IDX file file:%s/%s: it is damaged: Corrupt GZIP trailer", lake, IMAGES);
  }

  @ParameterizedTest
  @CsvSource({
    "picture, label, , image: picture",
    "image, tag, , label: tag",
    "image, label, split, split: split"
  })
  void namesOfColumnsAreRefusedWhereThereAreNone(
      String image, String label, String split, String message) throws IOException {
    write(IMAGES, images());
    write(LABELS, labels(ROWS));
    SourceConfig named =
        new SourceConfig(lake.toString(), Format.AUTO, image, label, split, List.of(), null);
    assertThatThrownBy(() -> OpenedSource.of(named))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid source.%s (must be left out, IDX files have no columns)", message);
    assertThat(OpenedSource.of(named.unlabelled()).rows()).hasSize(ROWS);
  }

  @Test
  void whoNeedsNoLabelsNeedsNoFileOfThem() throws IOException {
    write(IMAGES, images());
    OpenedSource source = OpenedSource.of(config().unlabelled());
    assertThat(source.rows()).hasSize(ROWS).extracting(SourceRow::label).containsOnlyNulls();
  }

  @Test
  void whatAHeaderClaimsAndItsFileCannotHoldIsNotAllocated() throws IOException {
    write(LABELS, labels(ROWS));
    byte[] header = idx(ROWS, 16_000, 16_000);
    for (byte[] claiming : List.of(header, gzip(header))) {
      assertThat(claiming.length).isLessThan(64);
      write(IMAGES, claiming);
      refused("Cannot read IDX file file:%s/%s: it is cut short", lake, IMAGES);
    }
  }

  private void refused(String message, Object... values) {
    assertThatThrownBy(this::open)
        .isInstanceOf(BadSourceException.class)
        .hasMessage(message, values);
  }

  private OpenedSource open() throws IOException {
    return OpenedSource.of(config());
  }

  private SourceConfig config() {
    return new SourceConfig(lake.toString(), Format.AUTO, "image", "label", null, List.of(), null);
  }

  private void write(String name, byte[] bytes) throws IOException {
    Files.write(lake.resolve(name), bytes);
  }

  private static byte[] images() {
    return idx(ROWS, 4, 4);
  }

  private static byte[] labels(int rows) {
    byte[] bytes = idx(rows);
    for (int i = 0; i < rows; i++) {
      bytes[8 + i] = (byte) (i % 3);
    }
    return bytes;
  }

  /** A file of rising bytes; sizes that no array can have get a header alone. */
  private static byte[] idx(int... shape) {
    long count = 1;
    for (int size : shape) {
      count = Math.abs(size) > 1000 ? 0 : count * Math.abs(size);
    }
    ByteBuffer buffer = ByteBuffer.allocate(4 + 4 * shape.length + (int) count);
    buffer.putInt(0x800 | shape.length);
    for (int size : shape) {
      buffer.putInt(size);
    }
    for (int i = 0; i < count; i++) {
      buffer.put((byte) i);
    }
    return buffer.array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var zip = new GZIPOutputStream(out)) {
      zip.write(bytes);
    }
    return out.toByteArray();
  }
}
