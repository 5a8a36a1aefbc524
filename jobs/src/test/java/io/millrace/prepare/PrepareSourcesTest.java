package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.examples;
import static io.millrace.prepare.PrepareFixture.lenient;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static io.millrace.prepare.PrepareFixture.train;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.dataset.Example;
import io.millrace.dataset.Split;
import io.millrace.image.ImageDecoder;
import io.millrace.image.PixelBuffer;
import io.millrace.prepare.Lake.Row;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceConfig.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the layouts of a lake say of classes and splits. */
class PrepareSourcesTest extends WithLake {
  @Test
  void integerLabelsBecomeClassesFromZeroToTheLargest() throws IOException {
    Lake.huggingFace(
        lake.resolve("a.parquet"),
        List.of(new Row(Lake.png(1), 0), new Row(Lake.png(2), 3), new Row(Lake.png(3), 3)));
    prepare(source(lake), train(set));
    assertThat(open(set).classes()).containsExactly("0", "1", "2", "3");
    assertThat(open(set).manifest().splits().get(Split.TRAIN).rowsByClass())
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
    PrepareReport report = prepare(source(lake), lenient(set));
    assertThat(open(set).classes()).containsExactly("zebra", "ant");
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(2);
    assertThat(report.rejected()).isEqualTo("1 unknown label in train (-1)");
  }

  @Test
  void featuresThatDifferOrAreNoJsonAreRefusedByTheirFiles() throws IOException {
    Path second = lake.resolve("train-1.parquet");
    Lake.huggingFace(lake.resolve("train-0.parquet"), Lake.rows(0, 3));
    for (String names : List.of("[\"ant\",\"bee\",\"cow\"]", "{\"0\":\"ant\",\"1\":\"bee\"}")) {
      String features = "{\"info\":{\"features\":{\"label\":{\"names\":%s}}}}".formatted(names);
      Lake.huggingFace(second, Lake.rows(3, 3), features, 1 << 20);
      assertThatThrownBy(() -> prepare(source(lake), train(set)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Cannot read %s: train-0.parquet and train-1.parquet differ in the type or the class"
                  + " names of column label",
              lake);
    }
    Lake.huggingFace(second, Lake.rows(3, 3), "{not json", 1 << 20);
    assertThatThrownBy(() -> prepare(source(lake), train(set)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot read train-1.parquet: its footer key huggingface is not valid JSON");
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
    prepare(plain(List.of(), earlier), train(set));
    assertThat(open(set).classes()).containsExactly("c", "b", "a");
    assertThat(examples(set, Split.TRAIN))
        .extracting(Example::label)
        .containsExactlyInAnyOrder(2, 1);
  }

  @Test
  void fileNamesTellTheSplitsAndAnOwnValidationIsKept() throws IOException {
    Lake.huggingFace(lake.resolve("train-0.parquet"), Lake.rows(0, 20));
    Lake.huggingFace(lake.resolve("validation-0.parquet"), Lake.rows(20, 6));
    Lake.huggingFace(lake.resolve("test-0.parquet"), Lake.rows(30, 5));
    prepare(source(lake), dataset(set));
    assertThat(Arrays.stream(Split.values()).map(split -> open(set).rows(split)))
        .containsExactly(20L, 6L, 5L);
  }

  @Test
  void aMissingValidationIsCutFromTrainByContentAlone() throws IOException {
    List<Row> rows = new ArrayList<>(Lake.rows(0, 60));
    rows.addAll(Lake.rows(0, 60));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows);
    Lake.huggingFace(lake.resolve("test-0.parquet"), Lake.rows(0, 4));
    prepare(source(lake), dataset(set));
    var validation = images(Split.VALIDATION);
    assertThat(validation).hasSizeBetween(10, 60);
    assertThat(images(Split.TRAIN))
        .hasSize(120 - validation.size())
        .doesNotContainAnyElementsOf(validation);
    assertThat(open(set).rows(Split.TEST)).isEqualTo(4);
    for (byte[] image : examples(set, Split.VALIDATION).stream().map(Example::image).toList()) {
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
    PrepareReport report = prepare(source, lenient(set));
    assertThat(open(set).classes()).containsExactly("Cat", "cat", "dog");
    assertThat(open(set).manifest().splits().get(Split.TRAIN).rowsByClass())
        .containsExactly(1L, 1L, 1L);
    assertThat(open(set).rows(Split.VALIDATION)).isEqualTo(1);
    assertThat(open(set).rows(Split.TEST)).isEqualTo(1);
    assertThat(report.rejected()).isEqualTo("1 unknown split");
  }

  @Test
  void imagesInNoClassFolderAreRefused() throws IOException {
    for (String path : List.of("cat/a.png", "loose.png", "more.png")) {
      Path file = lake.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, Lake.png(1));
    }
    assertThatThrownBy(() -> prepare(source(lake), train(set)))
        .hasMessage(
            "Cannot read %s: 2 of its images are in no class folder, the first is loose.png (must be <class>/<image> or <split>/<class>/<image>; a name that starts with _ is left out)"
                .formatted(lake));
  }

  @Test
  void foldersGiveClassesWithAndWithoutSplits() throws IOException {
    for (String path : List.of("cat/a:1.png", "cat/b.png", "dog/deep/c.png", "dog/.hidden")) {
      Path file = lake.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, Lake.png(path.hashCode()));
    }
    prepare(source(lake), train(set));
    assertThat(open(set).classes()).containsExactly("cat", "dog");
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(3);

    Path split = Files.createDirectories(folder.resolve("by-split"));
    Files.createDirectories(split.resolve("test"));
    Files.move(copy(lake, folder.resolve("copy")), split.resolve("train"));
    Files.move(copy(lake.resolve("cat"), folder.resolve("copy")), split.resolve("test/cat"));
    prepare(source(split), train(set));
    assertThat(open(set).classes()).containsExactly("cat", "dog");
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(3);
    assertThat(open(set).rows(Split.TEST)).isEqualTo(2);
  }

  @Test
  void whatIsNoImageAndWhatIsNoClassIsLeftOutAndSaid() throws IOException {
    for (String path : List.of("cat/a.PNG", "cat/b.jpeg", "dog/c")) {
      Path file = lake.resolve(path);
      Files.createDirectories(file.getParent());
      Files.write(file, Lake.png(path.hashCode()));
    }
    for (String path : List.of("README.txt", "cat/notes.txt", "dog/Thumbs.db", "dog/.DS_Store")) {
      Files.writeString(lake.resolve(path), "no image");
    }
    Files.createDirectories(lake.resolve("emu"));
    Files.createDirectories(lake.resolve("_tmp"));
    Files.writeString(Files.createDirectories(lake.resolve("ant")).resolve("a.txt"), "no image");
    PrepareReport report = prepare(source(lake), train(set));
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(3);
    assertThat(report.manifest().origin().quarantined()).isZero();
    assertThat(report.lines())
        .contains(
            "left out     4 files without an image's extension: 1 db, 3 txt",
            "left out     2 class folders without an image: ant, emu");
  }

  @Test
  void idxPairsBecomePngWithTheSamePixels() throws IOException {
    byte[] pixels = new byte[12 * 7 * 9];
    new Random(3).nextBytes(pixels);
    int[] labels = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};
    Lake.idx(lake, "train", labels, 7, 9, pixels);
    Lake.idx(lake, "t10k", new int[] {0}, 7, 9, Arrays.copyOf(pixels, 63));
    prepare(source(lake), train(set));
    assertThat(open(set).classes()).containsExactly("0", "1", "2");
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(12);
    assertThat(open(set).rows(Split.TEST)).isEqualTo(1);
    var image = examples(set, Split.TEST).get(0).image();
    try (var decoder = new ImageDecoder()) {
      var buffer = new PixelBuffer();
      decoder.decode(image, 0, image.length, 1, buffer);
      assertThat(Arrays.copyOf(buffer.data(), 63)).isEqualTo(Arrays.copyOf(pixels, 63));
    }
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

  private List<String> images(Split split) {
    return examples(set, split).stream().map(e -> ContentHash.of(e.image()).toString()).toList();
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
