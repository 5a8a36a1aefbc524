package io.millrace.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.RunConfig;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.store.Readers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is shown of a line, and what is kept. */
class HistoryReportTest {
  @TempDir private Path out;

  private RunConfig config(String... overrides) {
    String yaml = "name: line\noutput: %s\nsource: {path: lake}\n".formatted(out);
    return new LineFile("nightly.yaml", yaml, List.of(overrides), Map.of())
        .on(LocalDate.of(2026, 11, 30));
  }

  private LineFolder nights(int count) throws IOException {
    return SampleLine.write(out.resolve("line"), count);
  }

  @Test
  void everyNightIsALineAndTheLastOneIsForPrograms() throws IOException {
    nights(5);
    List<String> lines = HistoryReport.of(config(), new Configuration()).lines();
    assertThat(lines).hasSize(7);
    assertThat(lines.get(0)).startsWith("night       outcome             new images  top-1");
    assertThat(lines.get(1))
        .startsWith("2026-11-01  promoted            3,500       81.25 %  –         –")
        .endsWith("there was no champion");
    assertThat(lines.get(2)).startsWith("2026-11-02  promoted            3,519       ");
    assertThat(lines.get(3)).startsWith("2026-11-03  promoted, champion  ");
    assertThat(lines.get(4)).startsWith("2026-11-04  champion kept       ");
    assertThat(lines.get(5)).startsWith("2026-11-05  refused             3,576       –");
    assertThat(lines.get(6))
        .isEqualTo(
            "nights=5 champion_night=2026-11-03 champion=file:%1$s/line/nights/2026-11-03/model.zip report=file:%1$s/line/report.html"
                .formatted(out));
  }

  @Test
  void thePageAndTheTableHaveEveryNight() throws IOException {
    LineFolder line = nights(8);
    HistoryReport.of(line, config()).write("finetune --set source.path=s3a://key:secret@lake");
    String page = Files.readString(out.resolve("line/report.html"));
    assertThat(page)
        .contains("line, line", "href=\"nights/2026-11-07/report.html\"", "tree, small")
        .contains("2026-11-08 was refused: the brightness moved by 0.310")
        .doesNotContain("<script", "http:", "https:", "key:secret");
    assertThat(page.split("<figure")).hasSize(7);
    List<String> rows = Files.readAllLines(out.resolve("line/nights.csv"));
    assertThat(rows).hasSize(9);
    assertThat(rows.get(1)).contains(",0.812500,,,,,");
    assertThat(page)
        .contains(
            "<td>2026-11-01</td><td class=\"n\">2026-11-01</td><td class=\"n\">350</td><td class=\"n\">81.25 %</td>");
    assertThat(rows.get(2))
        .startsWith("2026-11-02,promoted,3519,,5600,700,0.822620,0.820194,0.00242571,")
        .contains(",2620,93,85,500,");
    assertThat(rows.get(7)).contains(",\"tree, small\",");
  }

  @Test
  void aNightToComeThatClosesALineIsNamedAsSuch() {
    LocalDate today = LocalDate.of(2026, 11, 27);
    assertThat(FinetuneJob.isToCome("2026-11-28", today)).isFalse();
    assertThat(FinetuneJob.isToCome("2026-11-29", today)).isTrue();
    assertThat(FinetuneJob.closed(today, "2062-11-27"))
        .startsWith(
            "Cannot play 2026-11-27: the line has come to 2062-11-27 already, a date to come (was"
                + " it mistyped? A new line begins ");
  }

  @Test
  void aLineThatWasNotBegunIsSaid() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> HistoryReport.of(config(), new Configuration()))
        .withMessage(
            "Cannot show %s/line: no night of it was begun (finetune --date plays one)", out);
  }

  @Test
  void aCopyOfANightBesideTheOthersIsNamed() throws IOException {
    LineFolder line = nights(2);
    String record = line.folder().text(LineFolder.file("2026-11-02", "night.json")).orElseThrow();
    line.folder().write(LineFolder.file("2026-10-31", "night.json"), record);
    assertThatThrownBy(line::nights)
        .hasMessage(
            "Cannot read file:%s/line/nights/2026-10-31/night.json: it is that of 2026-11-02 (a night's folder is no place for a copy of another)",
            out);
  }

  @Test
  void aModelThatIsGoneOrAnotherIsNotPutBack() throws IOException {
    LineFolder line = nights(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rollBack("2026-11-01"))
        .withMessage(
            "Cannot roll back to 2026-11-01: its model is gone, as line.keepNights and line.keepDays"
                + " say");
    line.folder().write(LineFolder.file("2026-11-02", "model.zip"), "another");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> rollBack("2026-11-02"))
        .withMessage(
            "Cannot roll back to 2026-11-02: file:%s/line/nights/2026-11-02/model.zip is not the"
                + " file that was promoted",
            out);
    assertThat(line.champions().current().orElseThrow().night()).isEqualTo("2026-11-03");
    assertThat(out.resolve("line/.lease")).doesNotExist();
  }

  private void rollBack(String night) throws IOException {
    RollbackJob.run(
        config(), Optional.of(night), "asked for", "", new Configuration(), () -> false);
  }

  private Set<String> kept(int nights, String... overrides) throws IOException {
    LineFolder line = nights(nights);
    String tonight = SampleLine.FIRST.plusDays(nights - 1L).toString();
    return new Retention(line, config(overrides).line()).kept(tonight);
  }

  @Test
  void theNewestNightsTheWindowAndTheChampionAreKept() throws IOException {
    assertThat(kept(8, "line.keepNights=3", "line.window=2"))
        .containsExactly("2026-11-06", "2026-11-07", "2026-11-08");
    assertThat(kept(5, "line.keepNights=2", "line.window=1"))
        .as("the champion is of the 3rd, and a rollback puts back that of the 2nd")
        .containsExactly("2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05");
    assertThat(kept(8, "line.keepNights=8", "line.keepDays=1", "line.window=4"))
        .containsExactly("2026-11-04", "2026-11-05", "2026-11-06", "2026-11-07", "2026-11-08");
  }

  @Test
  void anOldNightLosesWhatIsLargeAndKeepsItsRecord() throws IOException {
    LineFolder line = nights(5);
    for (String night : List.of("2026-11-01", "2026-11-03")) {
      for (String file :
          List.of("data/manifest.json", "checkpoints/x", "model.zip", "config.yaml")) {
        line.folder().write(LineFolder.file(night, file), "x");
      }
      line.folder().write(LineFolder.set(night), "x");
    }
    var nights = new org.apache.hadoop.fs.Path(line.nightsPath());
    Readers readers = Readers.look(new Configuration(), nights);
    new Retention(line, config("line.keepNights=2", "line.window=2").line())
        .sweep("2026-11-05", readers);
    assertThat(files("2026-11-01")).containsExactly("config.yaml", "night.json", "report.html");
    assertThat(files("2026-11-03")).contains("data", "checkpoints", "model.zip");
    assertThat(out.resolve("line/nights/set-2026-11-01.json")).doesNotExist();
    assertThat(out.resolve("line/nights/set-2026-11-03.json")).exists();
    assertThat(line.nights()).extracting(Night::date).hasSize(5);
  }

  private List<String> files(String night) throws IOException {
    try (Stream<Path> files = Files.list(out.resolve("line/nights").resolve(night))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
