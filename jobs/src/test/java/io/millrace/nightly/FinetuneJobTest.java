package io.millrace.nightly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.line.Champion;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.line.Night.Outcome;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nights of 120 images of Fashion-MNIST each: one epoch of a few updates, on two workers. */
class FinetuneJobTest {
  private static final LocalDate FIRST = LocalDate.of(2026, 11, 20);

  @TempDir private static Path folder;

  /** What a killed process leaves off with. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void lake() {
    Dataset<Row> images =
        SharedSpark.session().read().parquet("../conf/sample/train-00000-of-00001.parquet");
    for (int night = 0; night < 5; night++) {
      images
          .offset(120 * night)
          .limit(120)
          .coalesce(1)
          .write()
          .parquet(folder.resolve("lake/" + FIRST.plusDays(night)).toString());
    }
  }

  private static LineFile file(String name, String... overrides) {
    String yaml =
        """
        name: %s
        output: '${OUT}/lines {1} [a]'
        source: {path: '${OUT}/lake/${date}'}
        dataset: {validationShare: 0.2, blockRows: 16}
        input: {height: 28, width: 28, channels: 1}
        model: {depth: 8, width: 4}
        learningRate: {referenceBatch: 32, warmupEpochs: 0}
        training: {epochs: 1, workers: 2, batchPerWorker: 12}
        diagnostics: {share: 0}
        line: {heldOutShare: 0.3, leastHeldOut: 20, margin: 100, resamples: 1000}
        """
            .formatted(name);
    return new LineFile("nightly.yaml", yaml, List.of(overrides), Map.of("OUT", "" + folder));
  }

  private static NightReport play(LineFile file, int night, BooleanSupplier stop)
      throws IOException {
    return play(file, night, false, stop);
  }

  private static NightReport play(LineFile file, int night, boolean overwrite, BooleanSupplier stop)
      throws IOException {
    return FinetuneJob.run(
        SharedSpark.session(),
        file,
        FIRST.plusDays(night),
        new FinetuneJob.Options(overwrite, false, false, "finetune"),
        new Lines(),
        stop);
  }

  /** Keeps what is said. */
  private static final class Lines implements NightWatcher {
    private final List<String> lines = new ArrayList<>();

    @Override
    public void line(String text) {
      lines.add(text);
    }

    @Override
    public void passed(String pass, long rows, long of) {}
  }

  private static NightReport play(LineFile file, int night) throws IOException {
    return play(file, night, () -> false);
  }

  private static Path path(String line, String name) {
    return folder.resolve("lines {1} [a]").resolve(line).resolve(name);
  }

  private static LineFolder line(String name) throws IOException {
    return LineFolder.existing(
        new Configuration(), new org.apache.hadoop.fs.Path(path(name, "").toString()));
  }

  private static Champion champion(String name) throws IOException {
    return line(name).champions().current().orElseThrow();
  }

  @Test
  void nightsBuildOnEachOtherThroughAKillAndBackAgain() throws IOException {
    LineFile file = file("line");
    NightReport first = play(file, 0);
    assertThat(first.night().verdict().outcome()).isEqualTo(Outcome.PROMOTED);
    assertThat(first.night().verdict().why()).isEqualTo("there was no champion");
    assertThat(first.night().verdict().comparisons()).isEmpty();
    assertThat(first.night().verdict().alone().examples())
        .isEqualTo(first.night().data().heldOut());
    assertThat(first.lines().get(0)).startsWith("measured       ").endsWith("compared with none");
    assertThat(first.lines().get(2)).contains(" outcome=promoted top1=0.");
    assertThat(first.night().start().words()).isEqualTo("its own initial weights");
    Night.Data data = first.night().data();
    assertThat(data.own().all()).isEqualTo(120);
    assertThat(data.own().heldOut()).isBetween(20L, 50L);
    assertThat(data.drift()).isNull();

    Path model = path("line", "nights/2026-11-20/model.zip");
    FileTime made = Files.getLastModifiedTime(model);
    assertThat(play(file, 0).before()).isTrue();
    assertThat(Files.getLastModifiedTime(model)).isEqualTo(made);
    assertThat(line("line").champions().all()).hasSize(1);

    Files.delete(path("line", "champion.json")); // as if it was killed before the last step
    assertThat(play(file, 0).before()).isFalse();
    assertThat(Files.getLastModifiedTime(model)).isEqualTo(made);
    assertThat(champion("line").sha256()).isEqualTo(first.night().trained().sha256());

    BooleanSupplier kill =
        () -> {
          if (Files.exists(path("line", "nights/set-2026-11-21.json"))) {
            throw new Killed();
          }
          return false;
        };
    assertThatThrownBy(() -> play(file, 1, kill)).isInstanceOf(Killed.class);
    Night half = line("line").night("2026-11-21").orElseThrow();
    assertThat(half.state()).isEqualTo("to train");
    assertThat(champion("line").night()).isEqualTo("2026-11-20");

    NightReport second = play(file, 1);
    assertBuiltOn(second.night(), half, data);
    assertThat(second.lines().get(second.lines().size() - 1))
        .startsWith("night=2026-11-21 outcome=promoted top1=")
        .contains(" champion_night=2026-11-21 champion=file:");

    HistoryReport back =
        RollbackJob.run(
            file.on(FIRST), Optional.empty(), "asked for", "", new Configuration(), () -> false);
    Champion champion = champion("line");
    assertThat(back.champions().current()).contains(champion);
    assertThat(champion.night()).isEqualTo("2026-11-20");
    assertThat(champion.how()).isEqualTo(Champion.How.ROLLED_BACK);
    assertThat(play(file, 1).before()).isTrue(); // what was rolled back is not promoted again
    assertThat(champion("line")).isEqualTo(champion);

    NightReport wild = play(file("line", "learningRate.base=1e30"), 2);
    assertThat(wild.failed()).isTrue();
    assertThat(wild.night().verdict().outcome()).isEqualTo(Outcome.DIVERGED);
    assertThat(wild.night().verdict().why()).contains("is not finite");
    NightReport third = play(file("line", "line.leastHeldOut=1000"), 2);
    assertThat(third.night().verdict().outcome()).isEqualTo(Outcome.KEPT);
    assertThat(third.night().verdict().why()).endsWith("line.leastHeldOut asks for 1,000");
    assertThat(third.night().start().words()).isEqualTo("the champion, of 2026-11-20");
    assertThat(champion("line")).isEqualTo(champion);
    assertThat(play(file, 0).before()).isTrue();
    assertThat(Files.readAllLines(path("line", "nights.csv"))).hasSize(4);
    assertThat(path("line", "report.html"))
        .content()
        .contains("<svg", "href=\"nights/2026-11-21/report.html\"", "champion kept")
        .doesNotContain("<script", "http:", "https:");
    assertNothingIsTrained(champion);
  }

  private static void assertBuiltOn(Night night, Night half, Night.Data before) {
    assertThat(night.data()).isEqualTo(half.data());
    assertThat(night.start().words()).isEqualTo("the champion, of 2026-11-20");
    DataCounts own = DataCounts.of(night.data());
    assertThat(own.all()).isEqualTo(120);
    assertThat(night.data().train()).isEqualTo(before.own().train() + own.train());
    assertThat(night.data().heldOut()).isEqualTo(before.own().heldOut() + own.heldOut());
    assertThat(night.verdict().comparisons())
        .extracting(each -> each.night())
        .containsExactly("2026-11-21", "2026-11-20");
    assertThat(night.verdict().comparisons().get(0).table().examples())
        .isEqualTo(night.data().heldOut());
    assertThat(night.verdict().outcome()).isEqualTo(Outcome.PROMOTED);
  }

  @Test
  void aLineGoesOnWhenRetentionHasTakenItsFirstNights() throws IOException {
    LineFile file = file("long", "line.window=1", "line.keepNights=2");
    for (int night = 0; night < 4; night++) {
      NightReport report = play(file, night);
      assertThat(report.night().verdict().comparisons()).hasSize(Math.min(2, 2 * night));
    }
    assertThat(line("long").nightsIn("2026-11-23")).doesNotContain("2026-11-20");
    assertThat(path("long", "nights/2026-11-20/data")).doesNotExist();
    assertThat(path("long", "nights/2026-11-22/data")).exists();

    line("long").folder().delete("nights/2026-11-22/data");
    NightReport last = play(file, 4);
    assertThat(last.night().verdict().comparisons())
        .extracting(each -> each.night())
        .containsExactly("2026-11-24");
  }

  @Test
  void theQuarantineOfANightThatIsRefusedForItStays() throws IOException {
    Path cat = Files.createDirectories(folder.resolve("spoilt/cat"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(cat.resolve(i + ".png"), "no image " + i);
    }
    assertThatThrownBy(() -> play(file("spoilt", "source.path=${OUT}/spoilt"), 0))
        .hasMessageContaining("quarantine");
    assertThat(path("spoilt", "nights/2026-11-20/data"))
        .isDirectoryRecursivelyContaining("glob:**.parquet");
  }

  @Test
  void newClassesAreNoWayToAnotherNetwork() throws IOException {
    String few = "source.classes=[a, b, c, d, e]";
    String drift = "line.drift.classes=1";
    play(file("grown", few, "source.where=label < 5"), 0);
    String all = "source.classes=[a, b, c, d, e, f, g, h, i, j]";
    assertThatThrownBy(() -> play(file("grown", all, drift, "model.width=8"), 1))
        .hasMessageStartingWith("Cannot train from the champion, of 2026-11-20: it is ");
    assertThat(play(file("grown", all, drift), 1).night().data().newClasses()).hasSize(5);
  }

  private record DataCounts(long all, long train, long heldOut) {
    static DataCounts of(Night.Data data) {
      return new DataCounts(data.own().all(), data.own().train(), data.own().heldOut());
    }
  }

  /** Nights after the third that train nothing. */
  private static void assertNothingIsTrained(Champion champion) throws IOException {
    LineFile file = file("line");
    assertThatThrownBy(() -> play(file, -1))
        .hasMessage(
            "Cannot play 2026-11-19: the line has come to 2026-11-22 already (nights go forward;"
                + " --set source.path=... gives the next what this one would have read)");
    NightReport next = play(file("line", "source.path=${OUT}/lake/2026-11-20"), 3);
    assertThat(next.night().verdict().outcome()).isEqualTo(Outcome.NOTHING_NEW);
    assertThat(next.failed() || next.kept()).isFalse();
    assertThat(next.lines().get(0))
        .isEqualTo("nothing new    Nothing in %s/lake/2026-11-20 is new".formatted(folder));

    assertThatThrownBy(() -> play(file("line", "source.path=${OUT}/nowhere"), 300))
        .hasMessageContaining("must be a file or folder that exists");
    assertThat(line("line").night(FIRST.plusDays(300).toString())).as("begun").isEmpty();
    LineFile strict = file("line", "line.drift.mean=0", "source.path=${OUT}/lake/2026-11-23");
    NightReport refused = play(strict, 4);
    assertThat(refused.failed()).isTrue();
    assertThat(refused.night().verdict().outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(refused.night().verdict().why()).startsWith("the mean of a channel moved by ");
    assertThat(refused.night().hasData()).isFalse();
    assertThat(play(strict, 5).night().data().own().fingerprint()) // nothing of it is lost
        .isEqualTo(refused.night().data().own().fingerprint());
    assertThat(play(strict, 5, true, () -> false).before()).isFalse();
    assertThatThrownBy(() -> play(file, 1, true, () -> false))
        .hasMessage(
            "Cannot overwrite 2026-11-21: its model was promoted (roll back, and play the next"
                + " night)");
    assertThat(champion("line")).isEqualTo(champion);
  }

  @Test
  void aLineThatIsInUseIsRefused() throws IOException {
    Path place = Files.createDirectories(path("used", ""));
    Holder other = Holder.here("rollback", "none");
    var used = new org.apache.hadoop.fs.Path(place.toString());
    try (Lease held = Lease.take(new Configuration(), used, other, () -> false)) {
      assertThatThrownBy(() -> play(file("used"), 0))
          .hasMessageStartingWith(
              "Cannot finetune: file:%s/lines {1} [a]/used is in use by rollback on ", folder);
      held.check();
    }
    assertThat(place).isEmptyDirectory();
  }
}
