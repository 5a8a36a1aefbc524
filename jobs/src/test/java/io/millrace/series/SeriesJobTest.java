package io.millrace.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigReader;
import io.millrace.run.Start;
import io.millrace.run.TrainJob;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole series on 119 images of Fashion-MNIST: four updates an epoch, two epochs, two workers. */
class SeriesJobTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String TWO =
      """
        - name: plain
        - {name: smooth, set: {loss.labelSmoothing: 0.1}}
      """;

  @TempDir private static Path folder;

  /** What a killed process leaves off with: no failure that a series could write down. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1;
  }

  @BeforeAll
  static void prepare() throws IOException {
    FashionSample.prepare(folder);
  }

  private static String base() {
    return """
        output: %1$s/out
        dataset: {path: %1$s/set}
        input: {height: 28, width: 28, channels: 1}
        model: {depth: 8, width: 4}
        learningRate: {referenceBatch: 32, warmupEpochs: 0}
        training: {epochs: 2, workers: 2, batchPerWorker: 16}
        """
        .formatted(folder);
  }

  private static Series series(String name, String changes, String... overrides)
      throws IOException {
    return SeriesReader.read(
        "series.yaml",
        "name: %s\nbase: base.yaml\nseeds: [1, 2]\nchanges:\n%s".formatted(name, changes),
        List.of(overrides),
        file -> base());
  }

  private static SeriesPlan plan(Series series) throws IOException {
    return SeriesPlan.of(
        series, new Configuration(), new SparkConf().set("spark.driver.memory", "8g"));
  }

  private static SeriesReport run(
      Series series, boolean overwrite, BooleanSupplier stop, List<String> lines)
      throws IOException {
    var how = new SeriesJob.Options(overwrite, false, "series");
    return SeriesJob.run(SharedSpark.session(), plan(series), how, stop, lines::add);
  }

  private static SeriesReport run(Series series) throws IOException {
    return run(series, false, () -> false, new ArrayList<>());
  }

  private static Path file(String series, String file) {
    return folder.resolve("out").resolve(series).resolve(file);
  }

  private static FileTime written(String series, String run) throws IOException {
    return Files.getLastModifiedTime(file(series, run + "/model.zip"));
  }

  private static List<String> states(SeriesReport report) {
    return report.plan().runs().stream()
        .map(each -> each.run().name() + " " + each.standing().state().words())
        .toList();
  }

  @Test
  void aSeriesThatIsKilledGoesOnToTheSameRunsAndRunsNoneTwice() throws IOException {
    Series series = series("killed", TWO);
    int[] looks = {0};
    BooleanSupplier kill =
        () -> {
          if (file("killed", "plain-2/metrics.jsonl").toFile().length() > 0) { // an epoch has ended
            awaitFile(file("killed", "plain-2/checkpoints/epoch-0001/manifest.json"));
            throw new Killed();
          }
          looks[0]++;
          return false;
        };
    assertThatThrownBy(() -> run(series, false, kill, new ArrayList<>()))
        .isInstanceOf(Killed.class);
    assertThat(looks[0]).isPositive();
    assertThat(states(new SeriesReport(plan(series), false, null, "")))
        .containsExactly("plain-1 done", "plain-2 to go on", "smooth-1 to run", "smooth-2 to run");
    FileTime first = written("killed", "plain-1");

    List<String> lines = new ArrayList<>();
    SeriesReport report = run(series, false, () -> false, lines);
    assertThat(report.failed() || report.stopped()).isFalse();
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0))
        .startsWith("run 2 of 4: plain-2, after epoch 1; about ")
        .endsWith(" left of the series");
    assertThat(lines.get(2))
        .startsWith("run 4 of 4: smooth-2; about ")
        .endsWith(" left of the series");
    assertThat(written("killed", "plain-1")).isEqualTo(first);

    TrainJob.run(
        SharedSpark.session(),
        ConfigReader.read("base.yaml", base(), List.of("seed=2", "name=plain-2")),
        new Start.Anew(),
        () -> false);
    assertThat(ZipEntries.ofAnyName(Files.newInputStream(file("killed", "plain-2/model.zip"))))
        .isEqualTo(
            ZipEntries.ofAnyName(Files.newInputStream(folder.resolve("out/plain-2/model.zip"))));

    List<String> again = new ArrayList<>();
    assertThat(run(series, false, () -> false, again).lines().get(0)).startsWith("change");
    assertThat(again).isEmpty();
    assertThat(written("killed", "plain-1")).isEqualTo(first);
    assertTable();
  }

  /** Checkpoints are written in the background. */
  private static void awaitFile(Path file) {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!Files.exists(file) && System.nanoTime() < end) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  /** What the files of that series say is what its runs' metrics say. */
  private static void assertTable() throws IOException {
    double[] top1 = new double[4];
    List<String> names = List.of("plain-1", "plain-2", "smooth-1", "smooth-2");
    for (int i = 0; i < 4; i++) {
      List<String> epochs = Files.readAllLines(file("killed", names.get(i) + "/metrics.jsonl"));
      top1[i] = JSON.readTree(epochs.get(1)).get("val_top1").asDouble();
    }
    JsonNode json = JSON.readTree(file("killed", "series.json").toFile());
    JsonNode smooth = json.get("changes").get(1);
    assertThat(smooth.get("top1").get("mean").asDouble()).isEqualTo((top1[2] + top1[3]) / 2);
    assertThat(smooth.get("difference").get("mean").asDouble())
        .isEqualTo((top1[2] - top1[0] + (top1[3] - top1[1])) / 2);
    assertThat(smooth.get("difference").get("n").asInt()).isEqualTo(2);
    assertThat(json.get("runs")).hasSize(4);
    List<String> csv = Files.readAllLines(file("killed", "series.csv"));
    assertThat(csv).hasSize(3);
    assertThat(csv.get(2)).startsWith("smooth,plain,2,2,0," + (top1[2] + top1[3]) / 2 + ",");
    assertThat(file("killed", "series.html"))
        .content()
        .contains("<svg", "href=\"smooth-2/report.html\"", "smooth")
        .doesNotContain("<script", "http:", "https:");
  }

  @Test
  void aRunThatDivergesIsNamedAndTheOthersGoOn() throws IOException {
    String wild = "  - {name: wild, seeds: [1], set: {learningRate.base: 1e30}}\n";
    String calm = "  - {name: calm, seeds: [1], from: base}\n";
    Series series = series("wild", wild + calm, "training.epochs=1");
    SeriesReport report = run(series);
    assertThat(report.failed()).isTrue();
    assertThat(states(report)).containsExactly("wild-1 diverged", "calm-1 done");
    List<String> lines = report.lines();
    assertThat(lines.get(lines.size() - 2))
        .startsWith("wild-1 diverged: Cannot train on: ")
        .contains(", on examples ", " on worker ", " in round ", " of epoch 1 is not finite");
    assertThat(lines.get(lines.size() - 1)).startsWith("runs=2 done=1 failed=1 left=0 table=file:");

    List<String> again = new ArrayList<>();
    assertThat(run(series, false, () -> false, again).failed()).isTrue();
    assertThat(again).isEmpty();

    Series strict = series("strict", wild + calm, "training.epochs=1", "onFailure=stop");
    assertThat(states(run(strict))).containsExactly("wild-1 diverged", "calm-1 to run");
    assertThat(states(run(strict))).containsExactly("wild-1 diverged", "calm-1 to run");
  }

  @Test
  void whoStopsASeriesStopsTheRunAndCanGoOn() throws IOException {
    Series series = series("stopped", "  - {name: only, seeds: [1]}\n");
    int[] looks = {0};
    SeriesReport report = run(series, false, () -> ++looks[0] > 4, new ArrayList<>());
    assertThat(report.stopped()).isTrue();
    assertThat(states(report)).containsExactly("only-1 to go on");
    assertThat(states(run(series))).containsExactly("only-1 done");
  }

  @Test
  void anotherConfigUnderTheNameIsRefusedByNameOrRunAnew() throws IOException {
    String one = "  - {name: only, seeds: [1]}\n";
    run(series("changed", one, "training.epochs=1"));
    Series other = series("changed", one, "training.epochs=1", "loss.labelSmoothing=0.2");
    assertThatThrownBy(() -> run(other))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Cannot run only-1: %s/out/changed/only-1 holds a run with loss.labelSmoothing = 0.0"
                + " (now 0.2) (set that back, give the change another name, or --overwrite runs it"
                + " anew)",
            folder);
    assertThat(plan(other).lines())
        .anyMatch(line -> line.contains("changed") && line.contains("loss.labelSmoothing = 0.0"));
    assertThat(states(run(other, true, () -> false, new ArrayList<>())))
        .containsExactly("only-1 done");
    assertThat(file("changed", "only-1/config.yaml")).content().contains("labelSmoothing: 0.2");
    List<String> again = new ArrayList<>();
    run(other, true, () -> false, again);
    assertThat(again).isEmpty();
  }

  @Test
  void aRunThatEarlyStoppingEndedIsDone() throws IOException {
    Series series =
        series(
            "early",
            "  - {name: only, seeds: [1]}\n",
            "training.epochs=4",
            "earlyStopping.metric=train-loss",
            "earlyStopping.patience=1",
            "earlyStopping.threshold=1000");
    SeriesReport report = run(series);
    assertThat(states(report)).containsExactly("only-1 done");
    assertThat(file("early", "only-1/metrics.jsonl")).content().hasLineCount(2);
    assertThat(report.lines().get(1)).matches("only +1 +\\d.*");
    assertThat(report.lines()).anyMatch(line -> line.startsWith("runs=1 done=1 failed=0 left=0 "));
    List<String> again = new ArrayList<>();
    run(series, false, () -> false, again);
    assertThat(again).isEmpty();

    Series patient =
        series(
            "early",
            "  - {name: only, seeds: [1]}\n",
            "training.epochs=4",
            "earlyStopping.metric=train-loss",
            "earlyStopping.patience=2",
            "earlyStopping.threshold=1000",
            "divergence.action=rollback");
    assertThatThrownBy(() -> run(patient))
        .hasMessageContaining(
            "holds a run with divergence.action = stop (now rollback);"
                + " earlyStopping.patience = 1 (now 2) (set that back");
  }

  @Test
  void whatIsDamagedOfARunIsWrittenAnewByItsCheckpoint() throws IOException {
    Series series = series("damaged", "  - {name: only, seeds: [1]}\n");
    run(series);
    for (String name : List.of("metrics.jsonl", "manifest.json", "model.zip")) {
      byte[] whole = Files.readAllBytes(file("damaged", "only-1/" + name));
      for (int length : new int[] {0, 1, whole.length / 2, whole.length - 3}) {
        Files.write(file("damaged", "only-1/" + name), Arrays.copyOf(whole, length));
        assertThat(states(new SeriesReport(plan(series), false, null, "")))
            .as("%s of %d bytes", name, length)
            .containsExactly("only-1 to go on");
      }
      assertThat(states(run(series))).containsExactly("only-1 done");
    }
    assertThat(file("damaged", "only-1/metrics.jsonl")).content().hasLineCount(2);
    Files.delete(file("damaged", "only-1/config.yaml"));
    assertThatThrownBy(() -> run(series))
        .hasMessageContaining("only-1 holds a run with no config.yaml (set that back");
  }

  @Test
  void aChangeThatChangesNothingIsNamed() throws IOException {
    String same = "  - {name: same, set: {loss.labelSmoothing: 0.1, training.epochs: 2}}\n";
    Series series = series("idle", TWO + same);
    assertThat(plan(series).lines())
        .anyMatch(line -> line.contains("smooth: loss.labelSmoothing=0.1; 2 epochs"))
        .anyMatch(
            line ->
                line.contains(
                    "same: loss.labelSmoothing=0.1 training.epochs=2, which is so without it; 2"));
    Series flagged = series("idle", TWO, "loss.labelSmoothing=0");
    SeriesReport report = new SeriesReport(plan(flagged), false, null, "");
    assertThat(new SeriesResult(flagged, report.plan().runs()).idle())
        .containsExactly("smooth changes nothing: without it loss.labelSmoothing is the same.");
    assertThat(new SeriesHtml(plan(flagged), "").html()).contains("smooth changes nothing");
    assertThat(new SeriesResult(series("idle", TWO), plan(series).runs()).idle()).isEmpty();
  }

  @Test
  void aFolderInUseFailsItsRunAndStaysAsItIs() throws IOException {
    Path used = Files.createDirectories(file("used", "only-1"));
    Holder other = Holder.here("train", "local-1");
    var path = new org.apache.hadoop.fs.Path(used.toString());
    try (Lease held = Lease.take(new Configuration(), path, other, () -> false)) {
      SeriesReport report = run(series("used", "  - {name: only, seeds: [1]}\n"));
      assertThat(states(report)).containsExactly("only-1 failed");
      assertThat(report.lines()).anyMatch(line -> line.contains("is in use by train on "));
      held.check();
    }
    assertThat(used).isEmptyDirectory();
  }

  @Test
  void theTeacherOfARowIsTrainedBeforeIt() throws IOException {
    String rows =
        """
          - {name: teacher, seeds: [1]}
          - {name: pupil, seeds: [2], set: {loss.distillation.teacher: <series>/teacher-1/model.zip}}
        """;
    Series series = series("taught", rows, "training.epochs=1");
    assertThat(plan(series).lines()).anyMatch(line -> line.endsWith(" after teacher-1"));
    assertThat(states(run(series))).containsExactly("teacher-1 done", "pupil-2 done");
    assertThat(states(new SeriesReport(plan(series), false, null, "")))
        .containsExactly("teacher-1 done", "pupil-2 done");
    assertThat(file("taught", "pupil-2/manifest.json")).content().contains("\"teacher\"");

    byte[] teacher = Files.readAllBytes(file("taught", "teacher-1/model.zip"));
    Files.write(file("taught", "teacher-1/model.zip"), Arrays.copyOf(teacher, 3000));
    assertThat(states(new SeriesReport(plan(series), false, null, "")))
        .containsExactly("teacher-1 to go on", "pupil-2 done");
    assertThat(states(run(series))).containsExactly("teacher-1 done", "pupil-2 done");
    assertThat(file("taught", "teacher-1/model.zip")).hasBinaryContent(teacher);
  }

  @Test
  void aPlanSaysWhatWouldBeRunAndWhatCannot() throws IOException {
    Series series = series("planned", TWO);
    assertThat(plan(series).lines())
        .containsExactly(
            "series         planned: 2 changes, 4 runs, in %s/out/planned".formatted(folder),
            "change         plain: 2 epochs, global batch 32, 8 updates, peak rate 0.1",
            "  plain-1   to run",
            "  plain-2   to run",
            "change         smooth: loss.labelSmoothing=0.1; 2 epochs, global batch 32, 8 updates,"
                + " peak rate 0.1",
            "  smooth-1  to run",
            "  smooth-2  to run",
            "left           4 runs",
            "runs=4 done=0 failed=0 left=4");
    assertThat(folder.resolve("out/planned")).doesNotExist();
    String many = "  - {name: many, set: {training.workers: 500}}\n";
    assertThatThrownBy(() -> plan(series("many", TWO + many)))
        .isInstanceOf(ConfigException.class)
        .hasMessage(
            "Invalid training.workers: 500 (must be <= examples of train, 119) (in change many)");
    try (Stream<Path> runs = Files.list(folder)) {
      assertThat(runs).noneMatch(each -> each.endsWith("many"));
    }
  }
}
