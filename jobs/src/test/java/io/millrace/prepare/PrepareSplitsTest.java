package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.examples;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.dataset.Example;
import io.millrace.dataset.Split;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What becomes of the splits of a source: cut, kept, held out. */
class PrepareSplitsTest extends WithLake {
  private static final int CLASSES = 12;

  @Test
  void classesThatLookAlikeAreSaid() throws IOException {
    int image = 0;
    for (String name : List.of("Cat", "cat", "caf\u00e9", "cafe\u0301", "dog", "dogs")) {
      Path folder = Files.createDirectories(lake.resolve(name));
      for (Row row : Lake.rows(image, 3)) {
        Files.write(folder.resolve(image++ + ".png"), row.image());
      }
    }
    assertThat(prepare(source(lake), dataset(set)).lines())
        .contains(
            "alike        Cat, cat differ in case, spaces or Unicode form alone, and are 2 classes",
            "alike        cafe\u0301, caf\u00e9 differ in case, spaces or Unicode form alone, and are 2 classes");
  }

  /** Class c has c + 1 images; with a share of a quarter most would miss validation by chance. */
  @Test
  void everyClassOfTwoImagesHasOneInTrainAndOneInValidation() throws IOException {
    Lake.huggingFace(lake.resolve("a.parquet"), smallClasses(0));
    PrepareReport report = prepare(source(lake), dataset(set));
    var splits = open(set).manifest().splits();
    assertThat(splits.get(Split.TRAIN).rowsByClass()).allMatch(rows -> rows > 0);
    assertThat(splits.get(Split.VALIDATION).rowsByClass().get(0)).isZero();
    assertThat(splits.get(Split.VALIDATION).rowsByClass().subList(1, CLASSES))
        .allMatch(rows -> rows > 0);
    assertThat(report.lines()).contains("missing      validation has no image of 1 class: 0");
  }

  @Test
  void newImagesMoveNoneFromTrainToValidation() throws IOException {
    Lake.huggingFace(lake.resolve("a.parquet"), smallClasses(0));
    prepare(source(lake), dataset(set));
    Set<String> before =
        examples(set, Split.TRAIN).stream()
            .filter(example -> example.label() > 0) // whose one image is an only one
            .map(Example::image)
            .filter(image -> ContentHash.of(image).fraction() >= 0.25)
            .map(HexFormat.of()::formatHex)
            .collect(Collectors.toSet());
    List<Row> more = smallClasses(0);
    more.addAll(smallClasses(10_000));
    Lake.huggingFace(lake.resolve("a.parquet"), more);
    prepare(source(lake), dataset(set));
    assertThat(before).hasSizeGreaterThan(40);
    assertThat(images(Split.TRAIN)).containsAll(before);
  }

  @Test
  void imagesThatAreInTwoSplitsAreCountedAndSaid() throws IOException {
    Lake.huggingFace(lake.resolve("train-0.parquet"), Lake.rows(0, 30));
    Lake.huggingFace(lake.resolve("validation-0.parquet"), Lake.rows(27, 6));
    List<Row> test = new ArrayList<>(Lake.rows(0, 1));
    test.addAll(Lake.rows(32, 3));
    Lake.huggingFace(lake.resolve("test-0.parquet"), test);
    PrepareReport report = prepare(source(lake), dataset(set));
    assertThat(report.lines())
        .contains(
            "overlap      3 images of validation, with equal bytes, in train too",
            "overlap      1 image of test, with equal bytes, in train too",
            "overlap      1 image of test, with equal bytes, in validation too");
    assertThat(prepare(source(lake), dataset(set)).lines())
        .containsAll(report.lines().subList(1, 5));
  }

  @Test
  void aCopyOfATestImageFollowsItsTwinIntoValidation() throws IOException {
    Lake.huggingFace(lake.resolve("train-0.parquet"), Lake.rows(0, 40));
    Lake.huggingFace(lake.resolve("test-0.parquet"), Lake.rows(0, 40));
    PrepareReport report = prepare(source(lake), dataset(set));
    var overlaps = report.manifest().origin().overlaps();
    assertThat(overlaps)
        .containsOnlyKeys("test in train", "test in validation")
        .containsEntry("test in train", open(set).rows(Split.TRAIN))
        .containsEntry("test in validation", open(set).rows(Split.VALIDATION));
  }

  @Test
  void aHoldOutOfOneSplitIsPreparedWithTheStatisticsOfItsOwn() throws IOException {
    Lake.huggingFace(lake.resolve("test-0.parquet"), Lake.rows(0, 9));
    PrepareReport report = prepare(source(lake), dataset(set));
    assertThat(open(set).rows(Split.TEST)).isEqualTo(9);
    assertThat(open(set).manifest().splits()).containsOnlyKeys(Split.TEST);
    assertThat(report.manifest().images().mean()).hasSize(3).allMatch(m -> m > 0.4 && m < 0.6);
    assertThat(report.lines())
        .contains(
            "classes      3",
            "  0  test 3",
            "test         9 rows, 2 blocks, 1 file, "
                + "%,d bytes"
                    .formatted(report.manifest().splits().get(Split.TEST).files().get(0).bytes()));
  }

  /** Images 0 .. c of class c. */
  private static List<Row> smallClasses(int seed) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int label = 0; label < CLASSES; label++) {
      for (int i = 0; i <= label; i++) {
        rows.add(new Row(Lake.png(seed + 100L * label + i + 1), label));
      }
    }
    return rows;
  }

  private Set<String> images(Split split) {
    return examples(set, split).stream()
        .map(Example::image)
        .map(HexFormat.of()::formatHex)
        .collect(Collectors.toSet());
  }
}
