package io.millrace.prepare;

import static io.millrace.prepare.PrepareFixture.dataset;
import static io.millrace.prepare.PrepareFixture.lenient;
import static io.millrace.prepare.PrepareFixture.open;
import static io.millrace.prepare.PrepareFixture.prepare;
import static io.millrace.prepare.PrepareFixture.source;
import static io.millrace.prepare.PrepareFixture.train;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.Split;
import io.millrace.prepare.Lake.Row;
import io.millrace.source.SourceConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrepareJobTest extends WithLake {
  @Test
  void rowsThatCannotBeUsedGoToQuarantineWithTheirReason() throws IOException {
    byte[] jpeg = Lake.encoded(Lake.picture(9, 40, 40, 3), "jpg");
    List<Row> rows = new ArrayList<>(Lake.rows(0, 8));
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
    PrepareReport report = prepare(source, lenient(set));
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(8);
    DatasetManifest.Origin origin = report.manifest().origin();
    assertThat(origin.quarantined()).isEqualTo(9);
    var quarantined =
        SharedSpark.session()
            .read()
            .parquet(set.resolve(origin.quarantine()).toString())
            .orderBy("row")
            .collectAsList();
    assertThat(quarantined)
        .extracting(row -> row.getString(0) + " " + row.getLong(1) + ": " + row.getString(3))
        .containsExactly(
            "a.parquet 8: path to no image",
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
  void theSameFilesNamedOtherwiseAreAnotherSource() throws IOException {
    int picture = 0;
    for (String folder : List.of("mon/cat", "mon/dog", "tue/cat", "tue/dog")) {
      Files.createDirectories(lake.resolve(folder));
      byte[] image = Lake.encoded(Lake.picture(picture++, 8, 8, 1), "png");
      Files.write(lake.resolve(folder + "/a.png"), image);
    }
    var days = prepare(named("[%1$s/mon, %1$s/tue]"), train(set));
    assertThat(days.manifest().classes()).containsExactly("cat", "dog");
    assertThat(prepare(named("%s/*"), train(set)).manifest().classes())
        .containsExactly("cat", "dog");
    var files = prepare(named("%s/*/*/*.png"), train(set));
    assertThat(files.upToDate()).isFalse();
    assertThat(files.manifest().classes()).containsExactly("mon", "tue");
  }

  private SourceConfig named(String path) {
    return ConfigReader.read("test", "", List.of("source.path=" + path.formatted(lake))).source();
  }

  @Test
  void preparingAgainDoesNothingUntilSourceOrSettingsChange() throws IOException {
    Path file = lake.resolve("a.parquet");
    Lake.huggingFace(file, Lake.rows(0, 20));
    var first = prepare(source(lake), dataset(set));
    assertThat(first.upToDate()).isFalse();
    var again = prepare(source(lake), dataset(set));
    assertThat(again.upToDate()).isTrue();
    assertThat(again.manifest()).isEqualTo(first.manifest());
    assertThat(again.lines().get(0))
        .isEqualTo(set + " is up to date: same source, same settings, nothing to do");
    assertThat(prepare(source(lake), train(set)).upToDate()).isFalse();
    Lake.huggingFace(file, Lake.rows(0, 21));
    assertThat(prepare(source(lake), train(set)).upToDate()).isFalse();
    assertThat(open(set).rows(Split.TRAIN)).isEqualTo(21);
    try (var children = Files.list(set)) {
      assertThat(children.filter(child -> child.getFileName().toString().startsWith("data-")))
          .as("the snapshot in use and the one before it")
          .hasSize(2);
    }
    assertThat(set.resolve("manifest.json")).exists();
    assertThat(set.resolve(".manifest.json.crc")).as("it has a digest of its own").doesNotExist();
  }
}
