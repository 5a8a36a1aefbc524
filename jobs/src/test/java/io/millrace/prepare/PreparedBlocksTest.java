package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.examples;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static io.millrace.prepare.PrepareFixture.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.dataset.Block;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.Example;
import io.millrace.dataset.ImageSizes;
import io.millrace.dataset.ParquetFiles;
import io.millrace.dataset.Split;
import io.millrace.image.ImageDecoder;
import io.millrace.image.ImageFormat;
import io.millrace.image.ImageHeader;
import io.millrace.image.PixelBuffer;
import io.millrace.prepare.DatasetConfig.Encoding;
import io.millrace.prepare.Lake.Row;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.junit.jupiter.api.Test;

/** What lies in a prepared set: its files, the order of their rows, and the images. */
class PreparedBlocksTest extends WithLake {
  @Test
  void theSameSourceGivesTheSameBytesHoweverSparkCutsIt() throws IOException {
    List<Row> rows = new ArrayList<>(Lake.rows(0, 100));
    rows.addAll(Lake.rows(40, 20));
    Lake.huggingFace(lake.resolve("a.parquet"), rows, null, 1 << 20);
    Path small = Files.createDirectory(folder.resolve("small"));
    Lake.huggingFace(small.resolve("a.parquet"), rows, null, 300);
    var first = prepare(source(lake), dataset(set)).manifest();
    var second = prepare(source(small), dataset(folder.resolve("set2"))).manifest();
    assertThat(groups(small)).isGreaterThan(20);
    assertThat(groups(lake)).isEqualTo(1);
    assertThat(second.fingerprint()).isEqualTo(first.fingerprint());
    assertThat(checksums(second)).isEqualTo(checksums(first));
    assertThat(second.origin().fingerprint()).isNotEqualTo(first.origin().fingerprint());
  }

  @Test
  void everyFileHasFullBlocksButTheLastOfASplit() throws IOException {
    Lake.huggingFace(lake.resolve("a.parquet"), Lake.rows(0, 45));
    prepare(source(lake), train(set));
    assertThat(open(set).blocks(Split.TRAIN))
        .extracting(Block::rows)
        .containsExactly(8, 8, 8, 8, 8, 5);
    List<Long> footers = new ArrayList<>();
    for (var file : open(set).manifest().splits().get(Split.TRAIN).files()) {
      Path path = set.resolve(file.path());
      ParquetFiles.footer(
              new org.apache.hadoop.fs.Path(path.toString()), Files.size(path), new Configuration())
          .getBlocks()
          .stream()
          .map(BlockMetaData::getRowCount)
          .forEach(footers::add);
      assertThat(file.blocks()).hasSize(2);
    }
    assertThat(footers).containsExactly(8L, 8L, 8L, 8L, 8L, 5L);
  }

  @Test
  void rowsAreInTheOrderOfTheHashOfSeedAndId() throws IOException {
    Lake.huggingFace(lake.resolve("a.parquet"), Lake.rows(0, 45));
    prepare(source(lake), train(set));
    List<Long> hashes =
        examples(set, Split.TRAIN).stream().map(e -> RowKey.hash(1, e.id())).toList();
    assertThat(hashes).isSortedAccordingTo(Long::compareUnsigned).doesNotHaveDuplicates();
    List<Integer> labels = examples(set, Split.TRAIN).stream().map(Example::label).toList();
    assertThat(labels).isNotEqualTo(labels.stream().sorted().toList());
  }

  @Test
  void meanAndDeviationAreThoseOfAPlainLoopOverThePicturesOfTrain() throws IOException {
    List<Row> rows = new ArrayList<>();
    double[] sum = new double[3];
    double[] squares = new double[3];
    for (int i = 0; i < 12; i++) {
      int channels = i % 3 == 0 ? 1 : 3;
      var image = Lake.picture(i, 4 + i, 9, channels);
      rows.add(new Row(Lake.encoded(image, "png"), i % 2));
      double pixels = (4 + i) * 9;
      for (int p = 0; p < (4 + i) * 9; p++) {
        for (int c = 0; c < 3; c++) {
          double level = image.getRaster().getSample(p % 9, p / 9, c % channels) / 255.0;
          sum[c] += level / pixels / 12;
          squares[c] += level * level / pixels / 12;
        }
      }
    }
    Lake.huggingFace(lake.resolve("train-a.parquet"), rows);
    Lake.huggingFace(lake.resolve("test-a.parquet"), Lake.rows(50, 9));
    prepare(source(lake), train(set));
    DatasetManifest.StoredImages images = open(set).manifest().images();
    assertThat(images.channels()).isEqualTo(3);
    assertThat(images.height()).isZero();
    assertThat(images.width()).isZero();
    assertThat(images.sizes().lowest()).isEqualTo(new ImageSizes.Size(4, 9));
    assertThat(images.sizes().highest()).isEqualTo(new ImageSizes.Size(15, 9));
    assertThat(images.sizes().narrowest()).isEqualTo(new ImageSizes.Size(6, 5));
    for (int c = 0; c < 3; c++) {
      assertThat(images.mean().get(c)).isCloseTo(sum[c], within(1e-12));
      assertThat(images.deviation().get(c))
          .isCloseTo(Math.sqrt(squares[c] - sum[c] * sum[c]), within(1e-12));
    }
  }

  @Test
  void imagesAreResizedAndEncodedAnew() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 20, 30, 3), "png"), i % 2));
    }
    Lake.huggingFace(lake.resolve("a.parquet"), rows);
    for (Encoding encoding : Encoding.values()) {
      prepare(source(lake), new DatasetConfig(set.toString(), 8, 2, 0, 10, encoding, 80, 0.01));
      assertThat(open(set).manifest().images().height()).isEqualTo(10);
      assertThat(open(set).manifest().images().width()).isEqualTo(15);
      var expected = encoding == Encoding.JPEG ? ImageFormat.JPEG : ImageFormat.PNG;
      for (Example example : examples(set, Split.TRAIN)) {
        ImageHeader header = ImageHeader.read(example.image(), 0, example.image().length);
        assertThat(header.format()).isEqualTo(expected);
        assertThat(header.width()).isEqualTo(15);
        assertThat(header.height()).isEqualTo(10);
      }
    }
  }

  /** Training reads PNG and JPEG; all else is stored as PNG, with the same pixels. */
  @Test
  void imagesOfOtherFormatsBecomePng() throws IOException {
    List<Row> rows = new ArrayList<>();
    List<byte[]> pixels = new ArrayList<>();
    for (String format : List.of("bmp", "tiff", "png")) {
      BufferedImage image = Lake.picture(rows.size(), 20, 30, 3);
      rows.add(new Row(Lake.encoded(image, format), rows.size() % 2));
      pixels.add(pixels(Lake.encoded(image, "png")));
    }
    Lake.huggingFace(lake.resolve("a.parquet"), rows);
    prepare(source(lake), new DatasetConfig(set.toString(), 8, 2, 0, 0, Encoding.KEEP, 80, 0.01));
    List<Example> stored = examples(set, Split.TRAIN);
    assertThat(stored).hasSize(3);
    for (Example example : stored) {
      ImageHeader header = ImageHeader.read(example.image(), 0, example.image().length);
      assertThat(header.format()).isEqualTo(ImageFormat.PNG);
      assertThat(pixels).anyMatch(given -> Arrays.equals(given, pixels(example.image())));
    }
  }

  private static byte[] pixels(byte[] image) {
    PixelBuffer out = new PixelBuffer();
    try (ImageDecoder decoder = new ImageDecoder()) {
      decoder.decode(image, 0, image.length, 3, out);
    }
    return Arrays.copyOf(out.data(), out.height() * out.width() * 3);
  }

  private static List<String> checksums(DatasetManifest manifest) {
    return manifest.splits().values().stream()
        .flatMap(split -> split.files().stream())
        .map(DatasetManifest.DataFile::rowsSha256)
        .toList();
  }

  private static int groups(Path lake) throws IOException {
    Path file = lake.resolve("a.parquet");
    return ParquetFiles.footer(
            new org.apache.hadoop.fs.Path(file.toString()), Files.size(file), new Configuration())
        .getBlocks()
        .size();
  }
}
