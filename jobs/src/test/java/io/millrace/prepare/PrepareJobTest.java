package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.config.DatasetConfig;
import io.millrace.config.DatasetConfig.Encoding;
import io.millrace.config.SourceConfig;
import io.millrace.config.SourceConfig.Format;
import io.millrace.dataset.Block;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.Example;
import io.millrace.dataset.ParquetFiles;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.image.ImageDecoder;
import io.millrace.image.ImageHeader;
import io.millrace.image.PixelBuffer;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrepareJobTest {
  @TempDir Path folder;
  private Path lake;
  private Path set;

  @BeforeEach
  void makeLake() throws IOException {
    lake = Files.createDirectory(folder.resolve("lake"));
    set = folder.resolve("set");
  }

  @Test
  void integerLabelsBecomeClassesFromZeroToTheLargest() throws IOException {
    Lake.huggingFace(
        lake.resolve("a.parquet"),
        List.of(new Row(Lake.png(1), 0), new Row(Lake.png(2), 3), new Row(Lake.png(3), 3)));
    prepare(source(lake), train());
    assertThat(open().classes()).containsExactly("0", "1", "2", "3");
    assertThat(open().manifest().splits().get(Split.TRAIN).rowsByClass())
        .containsExactly(1L, 0L, 0L, 2L);
  }

  @Test
  void classNamesOfHuggingFaceAreTakenAndMinusOneIsUnknown() throws IOException {
    String features = "{\"info\":{\"features\":{\"label\":{\"names\":[\"zebra\",\"ant\"]}}}}";
    Lake.huggingFace(
        lake.resolve("train-0.parquet"),
        List.of(new Row(Lake.png(1), 0), new Row(Lake.png(2), 1), new Row(Lake.png(3), -1)),
        features,
        1 << 20);
    PrepareReport report = prepare(source(lake), lenient());
    assertThat(open().classes()).containsExactly("zebra", "ant");
    assertThat(open().rows(Split.TRAIN)).isEqualTo(2);
    assertThat(report.rejected()).isEqualTo("1 unknown label");
  }

  @Test
  void fileNamesTellTheSplitsAndAnOwnValidationIsKept() throws IOException {
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows(0, 20));
    Lake.huggingFace(lake.resolve("validation-0.parquet"), rows(20, 6));
    Lake.huggingFace(lake.resolve("test-0.parquet"), rows(30, 5));
    prepare(source(lake), dataset(set));
    assertThat(Arrays.stream(Split.values()).map(split -> open().rows(split)))
        .containsExactly(20L, 6L, 5L);
  }

  @Test
  void aMissingValidationIsCutFromTrainByContentAlone() throws IOException {
    List<Row> rows = new ArrayList<>(rows(0, 60));
    rows.addAll(rows(0, 60));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows);
    Lake.huggingFace(lake.resolve("test-0.parquet"), rows(0, 4));
    prepare(source(lake), dataset(set));
    var validation = images(Split.VALIDATION);
    assertThat(validation).hasSizeBetween(10, 60);
    assertThat(images(Split.TRAIN))
        .hasSize(120 - validation.size())
        .doesNotContainAnyElementsOf(validation);
    assertThat(open().rows(Split.TEST)).isEqualTo(4);
    for (byte[] image : examples(Split.VALIDATION).stream().map(Example::image).toList()) {
      assertThat(ContentHash.of(image).fraction()).isLessThan(0.25);
    }
  }

  @Test
  void aColumnTellsTheSplitsOfABinaryColumnWithStringLabels() throws IOException {
    Lake.plain(
        lake.resolve("a.parquet"),
        List.of(
            new Row(Lake.png(1), "dog", "train"),
            new Row(Lake.png(2), "cat", "training"),
            new Row(Lake.png(3), "Cat", "train"),
            new Row(Lake.png(4), "dog", "val"),
            new Row(Lake.png(5), "dog", "test"),
            new Row(Lake.png(6), "dog", "dev-2")));
    var source =
        new SourceConfig(lake.toString(), Format.AUTO, "picture", "kind", "part", List.of(), null);
    PrepareReport report = prepare(source, lenient());
    assertThat(open().classes()).containsExactly("Cat", "cat", "dog");
    assertThat(open().manifest().splits().get(Split.TRAIN).rowsByClass())
        .containsExactly(1L, 1L, 1L);
    assertThat(open().rows(Split.VALIDATION)).isEqualTo(1);
    assertThat(open().rows(Split.TEST)).isEqualTo(1);
    assertThat(report.rejected()).isEqualTo("1 unknown split");
  }

  @Test
  void foldersGiveClassesWithAndWithoutSplits() throws IOException {
    for (String path : List.of("cat/a.png", "cat/b.png", "dog/deep/c.png", "dog/.hidden")) {
      Path file = lake.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, Lake.png(path.hashCode()));
    }
    prepare(source(lake), train());
    assertThat(open().classes()).containsExactly("cat", "dog");
    assertThat(open().rows(Split.TRAIN)).isEqualTo(3);

    Path split = Files.createDirectories(folder.resolve("by-split"));
    Files.createDirectories(split.resolve("test"));
    Files.move(copy(lake, folder.resolve("copy")), split.resolve("train"));
    Files.move(copy(lake.resolve("cat"), folder.resolve("copy")), split.resolve("test/cat"));
    prepare(source(split), train());
    assertThat(open().classes()).containsExactly("cat", "dog");
    assertThat(open().rows(Split.TRAIN)).isEqualTo(3);
    assertThat(open().rows(Split.TEST)).isEqualTo(2);
  }

  @Test
  void filesThatAreNoImagesByTheirExtensionAreLeftOutAndCounted() throws IOException {
    for (String path : List.of("cat/a.PNG", "cat/b.jpeg", "dog/c")) {
      Path file = lake.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, Lake.png(path.hashCode()));
    }
    for (String path : List.of("README.txt", "cat/notes.txt", "dog/Thumbs.db", "dog/.DS_Store")) {
      Files.writeString(lake.resolve(path), "no image");
    }
    PrepareReport report = prepare(source(lake), train());
    assertThat(open().rows(Split.TRAIN)).isEqualTo(3);
    assertThat(report.manifest().origin().quarantined()).isZero();
    assertThat(report.lines())
        .contains("left out     3 files that are no images by their extension: 1 db, 2 txt");
  }

  @Test
  void idxPairsBecomePngWithTheSamePixels() throws IOException {
    byte[] pixels = new byte[12 * 7 * 9];
    new Random(3).nextBytes(pixels);
    int[] labels = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
    Lake.idx(lake, "train", labels, 7, 9, pixels);
    Lake.idx(lake, "t10k", new int[] {0}, 7, 9, Arrays.copyOf(pixels, 63));
    prepare(source(lake), train());
    assertThat(open().classes()).containsExactly("0", "1", "2");
    assertThat(open().rows(Split.TRAIN)).isEqualTo(12);
    assertThat(open().rows(Split.TEST)).isEqualTo(1);
    var image = examples(Split.TEST).get(0).image();
    try (var decoder = new ImageDecoder()) {
      var buffer = new PixelBuffer();
      decoder.decode(image, 0, image.length, 1, buffer);
      assertThat(Arrays.copyOf(buffer.data(), 63)).isEqualTo(Arrays.copyOf(pixels, 63));
    }
  }

  @Test
  void rowsThatCannotBeUsedGoToQuarantineWithTheirReason() throws IOException {
    byte[] jpeg = Lake.encoded(Lake.picture(9, 40, 40, 3), "jpg");
    List<Row> rows = new ArrayList<>(rows(0, 8));
    rows.add(new Row(null, 0));
    rows.add(new Row(new byte[0], 0));
    rows.add(new Row(Lake.cut(Lake.png(100)), 0));
    rows.add(new Row(Lake.cut(jpeg), 0));
    rows.add(new Row(new byte[] {1, 2, 3, 4}, 0));
    rows.add(new Row(Lake.png(101), null));
    rows.add(new Row(Lake.png(102), 7));
    rows.add(new Row(Lake.png(103), 0));
    rows.add(new Row(Lake.png(103), 1));
    Lake.huggingFace(lake.resolve("a.parquet"), rows);
    var source = PrepareFixture.withClasses(lake, List.of("x", "y", "z"), null);
    PrepareReport report = prepare(source, lenient());
    assertThat(open().rows(Split.TRAIN)).isEqualTo(8);
    DatasetManifest.Origin origin = report.manifest().origin();
    assertThat(origin.quarantined()).isEqualTo(9);
    var quarantined =
        io.millrace.SharedSpark.session()
            .read()
            .parquet(set.resolve(origin.quarantine()).toString())
            .orderBy("row")
            .collectAsList();
    assertThat(quarantined)
        .extracting(row -> row.getString(0) + " " + row.getLong(1) + ": " + row.getString(3))
        .containsExactly(
            "a.parquet 8: empty row",
            "a.parquet 9: empty row",
            "a.parquet 10: unreadable image",
            "a.parquet 11: unreadable image",
            "a.parquet 12: unreadable image",
            "a.parquet 13: unknown label",
            "a.parquet 14: unknown label",
            "a.parquet 15: equal images with different labels",
            "a.parquet 16: equal images with different labels");
    assertThat(quarantined.get(6).getString(4)).isEqualTo("label 7 (must be 0 to 2)");
    assertThat(quarantined.get(7).getString(4)).isEqualTo("its 2 copies have 2 different labels");
  }

  @Test
  void theSameSourceGivesTheSameBytesHoweverSparkCutsIt() throws IOException {
    List<Row> rows = new ArrayList<>(rows(0, 100));
    rows.addAll(rows(40, 20));
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
    Lake.huggingFace(lake.resolve("a.parquet"), rows(0, 45));
    prepare(source(lake), train());
    assertThat(open().blocks(Split.TRAIN))
        .extracting(Block::rows)
        .containsExactly(8, 8, 8, 8, 8, 5);
    List<Long> footers = new ArrayList<>();
    for (var file : open().manifest().splits().get(Split.TRAIN).files()) {
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
    Lake.huggingFace(lake.resolve("a.parquet"), rows(0, 45));
    prepare(source(lake), train());
    List<Long> hashes = examples(Split.TRAIN).stream().map(e -> RowKey.hash(1, e.id())).toList();
    assertThat(hashes).isSortedAccordingTo(Long::compareUnsigned).doesNotHaveDuplicates();
    List<Integer> labels = examples(Split.TRAIN).stream().map(Example::label).toList();
    assertThat(labels).isNotEqualTo(labels.stream().sorted().toList());
  }

  @Test
  void preparingAgainDoesNothingUntilSourceOrSettingsChange() throws IOException {
    Path file = lake.resolve("a.parquet");
    Lake.huggingFace(file, rows(0, 20));
    var first = prepare(source(lake), dataset(set));
    assertThat(first.upToDate()).isFalse();
    var again = prepare(source(lake), dataset(set));
    assertThat(again.upToDate()).isTrue();
    assertThat(again.manifest()).isEqualTo(first.manifest());
    assertThat(again.lines().get(0))
        .isEqualTo(set + " is up to date: same source, same settings, nothing to do");
    assertThat(prepare(source(lake), train()).upToDate()).isFalse();
    Lake.huggingFace(file, rows(0, 21));
    assertThat(prepare(source(lake), train()).upToDate()).isFalse();
    assertThat(open().rows(Split.TRAIN)).isEqualTo(21);
    try (var children = Files.list(set)) {
      assertThat(children.filter(child -> child.getFileName().toString().startsWith("data-")))
          .as("the snapshot in use and the one before it")
          .hasSize(2);
    }
  }

  @Test
  void anEarlierSetGivesItsClassOrder() throws IOException {
    Path earlier = folder.resolve("earlier");
    Lake.plain(
        lake.resolve("a.parquet"),
        List.of(new Row(Lake.png(1), "b"), new Row(Lake.png(2), "c"), new Row(Lake.png(3), "a")));
    prepare(plain(List.of("c", "b", "a"), null), train(earlier));
    Lake.plain(
        lake.resolve("a.parquet"), List.of(new Row(Lake.png(1), "a"), new Row(Lake.png(2), "b")));
    prepare(plain(List.of(), earlier), train());
    assertThat(open().classes()).containsExactly("c", "b", "a");
    assertThat(examples(Split.TRAIN)).extracting(Example::label).containsExactlyInAnyOrder(2, 1);
  }

  @Test
  void meanAndDeviationAreThoseOfAPlainLoopOverTrain() throws IOException {
    List<Row> rows = new ArrayList<>();
    double[] sum = new double[3];
    double[] squares = new double[3];
    double pixels = 0;
    for (int i = 0; i < 12; i++) {
      int channels = i % 3 == 0 ? 1 : 3;
      var image = Lake.picture(i, 4 + i, 9, channels);
      rows.add(new Row(Lake.encoded(image, "png"), i % 2));
      pixels += (4 + i) * 9;
      for (int p = 0; p < (4 + i) * 9; p++) {
        for (int c = 0; c < 3; c++) {
          double level = image.getRaster().getSample(p % 9, p / 9, c % channels) / 255.0;
          sum[c] += level;
          squares[c] += level * level;
        }
      }
    }
    Lake.huggingFace(lake.resolve("train-a.parquet"), rows);
    Lake.huggingFace(lake.resolve("test-a.parquet"), rows(50, 9));
    prepare(source(lake), train());
    DatasetManifest.Images images = open().manifest().images();
    assertThat(images.channels()).isEqualTo(3);
    assertThat(images.height()).isZero();
    for (int c = 0; c < 3; c++) {
      double mean = sum[c] / pixels;
      assertThat(images.mean().get(c)).isCloseTo(mean, within(1e-12));
      assertThat(images.deviation().get(c))
          .isCloseTo(Math.sqrt(squares[c] / pixels - mean * mean), within(1e-12));
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
      assertThat(open().manifest().images().height()).isEqualTo(10);
      assertThat(open().manifest().images().width()).isEqualTo(15);
      var expected = encoding == Encoding.JPEG ? ImageHeader.Format.JPEG : ImageHeader.Format.PNG;
      for (Example example : examples(Split.TRAIN)) {
        ImageHeader header = ImageHeader.read(example.image(), 0, example.image().length);
        assertThat(header.format()).isEqualTo(expected);
        assertThat(header.width()).isEqualTo(15);
        assertThat(header.height()).isEqualTo(10);
      }
    }
  }

  private List<Row> rows(int from, int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      rows.add(new Row(Lake.png(i), i % 3));
    }
    return rows;
  }

  /** Settings that cut no validation. */
  private DatasetConfig train() {
    return train(set);
  }

  private static DatasetConfig train(Path set) {
    return new DatasetConfig(set.toString(), 8, 2, 0, 0, Encoding.KEEP, 90, 0.01);
  }

  private DatasetConfig lenient() {
    return new DatasetConfig(set.toString(), 8, 2, 0, 0, Encoding.KEEP, 90, 1);
  }

  private SourceConfig plain(List<String> classes, Path classesFrom) {
    return new SourceConfig(
        lake.toString(),
        Format.AUTO,
        "picture",
        "kind",
        null,
        classes,
        classesFrom == null ? null : classesFrom.toString());
  }

  private PreparedDataset open() {
    try {
      return PreparedDataset.open(set.toString(), new Configuration());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<Example> examples(Split split) {
    List<Example> examples = new ArrayList<>();
    open().examples(split).forEachRemaining(examples::add);
    return examples;
  }

  private List<String> images(Split split) {
    return examples(split).stream().map(e -> ContentHash.of(e.image()).toString()).toList();
  }

  private static List<String> checksums(DatasetManifest manifest) {
    return manifest.splits().values().stream()
        .flatMap(split -> split.files().stream())
        .map(DatasetManifest.DataFile::sha256)
        .toList();
  }

  private static int groups(Path lake) throws IOException {
    Path file = lake.resolve("a.parquet");
    return ParquetFiles.footer(
            new org.apache.hadoop.fs.Path(file.toString()), Files.size(file), new Configuration())
        .getBlocks()
        .size();
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }
}
