package io.millrace.lrfind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.run.Prepared;
import io.millrace.run.Start;
import io.millrace.run.TrainJob;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole range tests: 45 images, three updates an epoch, two workers. */
class LrFindJobTest {
  private static final int UPDATES = 24;

  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Prepared.lake(folder, 45, 0);
    Prepared.by(config("any"));
  }

  private static RunConfig config(String name, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: %2$s
        output: %1$s
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, blockRows: 4, fileBlocks: 3, validationShare: 0}
        input: {height: 8, width: 8, channels: 1}
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}, horizontal_flip]
        model: {depth: 8}
        loss: {labelSmoothing: 0.1, mixing: {mixup: {alpha: 0.2}}}
        learningRate: {referenceBatch: 64, warmupEpochs: 0, schedule: constant}
        training: {epochs: 1, workers: 2, batchPerWorker: 8}
        averaging: {every: 2}
        shuffle: {window: 2}
        """
            .formatted(folder, name),
        List.of(overrides));
  }

  private static LrFindReport find(RunConfig config, double from, double to, BooleanSupplier stop)
      throws IOException {
    RangeTest test = new RangeTest(from, to, UPDATES, 0.5, 4);
    return LrFindJob.run(SharedSpark.session(), config, test, stop, "lr-find", done -> {});
  }

  private static JsonNode curve(String run) throws IOException {
    return new ObjectMapper().readTree(file(run, "lr-find/range-test.json").toFile());
  }

  private static Path file(String run, String file) {
    return folder.resolve(run).resolve(file);
  }

  @Test
  void theCurveIsThatOfARunAtThoseRates() throws IOException {
    String[] every = {"averaging.every=1", "learningRate.base=0.4"};
    TrainJob.run(SharedSpark.session(), config("trained", every), new Start.Anew(), () -> false);
    double trained =
        new ObjectMapper()
            .readTree(Files.readString(file("trained", "metrics.jsonl")))
            .get("train_loss")
            .asDouble();
    find(config("found"), 0.1, 0.1 + 1e-15, () -> false);
    JsonNode points = curve("found").get("points");
    assertThat(points).hasSize(UPDATES);
    double sum = 0;
    int[] examples = {16, 16, 13};
    for (int i = 0; i < examples.length; i++) {
      sum += points.get(i).get("loss").asDouble() * examples[i];
    }
    assertThat(sum / 45).isCloseTo(trained, within(1e-9));
  }

  @Test
  void theTeacherOfARunTeachesInItsTestToo() throws IOException {
    TrainJob.run(SharedSpark.session(), config("teacher"), new Start.Anew(), () -> false);
    String teacher = "loss.distillation.teacher=" + file("teacher", "model.zip");
    find(config("taught", teacher), 1e-4, 1e-3, () -> false);
    // Half of it is 20^2 times the cross entropy of the teacher, near log 3.
    assertThat(curve("taught").get("points").get(0).get("loss").asDouble()).isBetween(200.0, 260.0);
  }

  @Test
  void aTestLeavesItsCurveAndItsPageAndNoRun() throws IOException {
    LrFindReport report = find(config("left"), 1e-4, 10, () -> false);
    assertThat(folder.resolve("left")).isDirectoryContaining("glob:**/lr-find");
    assertThat(folder.resolve("left").toFile().list()).containsExactly("lr-find");
    JsonNode curve = curve("left");
    assertThat(curve.get("global_batch").asLong()).isEqualTo(16);
    assertThat(curve.get("points").get(0).get("rate").asDouble()).isEqualTo(1e-4);
    if (report.suggests()) {
      assertThat(curve.get("suggested_base").asDouble())
          .isCloseTo(4 * curve.get("suggested_rate").asDouble(), within(1e-12));
    }
    assertThat(file("left", "lr-find/range-test.html"))
        .content()
        .contains("<svg", "Loss by learning rate", "of the update", "smoothed")
        .doesNotContain("<script");
    assertThat(report.lines().get(report.lines().size() - 1))
        .endsWith(
            "curve=file:%s report=file:%s"
                .formatted(
                    file("left", "lr-find/range-test.json"),
                    file("left", "lr-find/range-test.html")));
    TrainJob.run(SharedSpark.session(), config("left"), new Start.Anew(), () -> false);
    assertThat(file("left", "model.zip")).exists();
    assertThat(file("left", "lr-find/range-test.json")).exists();
  }

  @Test
  void aLossThatIsNoLongerFiniteEndsTheTestWell() throws IOException {
    RangeTest test = new RangeTest(1, 1e38, 20, 0.99, 1e300);
    LrFindReport report =
        LrFindJob.run(SharedSpark.session(), config("wild"), test, () -> false, "", done -> {});
    assertThat(report.lines().get(0))
        .matches(
            "range test: \\d+ of 20 updates of 16 images at rates from 1 to 1E\\+38; at rate 1(E\\+)?\\d+ the loss or"
                + " a weight was no longer finite");
    assertThat(report.stopped()).isFalse();
    assertThat(curve("wild").get("points").size()).isBetween(1, 19);
  }

  @Test
  void aLossThatOverflowsInANarrowFormatEndsTheTestToo() throws IOException {
    RangeTest test = new RangeTest(1, 1e38, 20, 0.99, 1e300);
    RunConfig half = config("half", "training.precision=fp16", "loss.mixing=null");
    LrFindReport report =
        LrFindJob.run(SharedSpark.session(), half, test, () -> false, "", done -> {});
    assertThat(report.lines().get(0)).endsWith(" the loss or a weight was no longer finite");
    for (JsonNode point : curve("half").get("points")) {
      assertThat(point.get("loss").asDouble()).isPositive();
    }
  }

  @Test
  void theStageThatIsTestedIsSaid() throws IOException {
    String stages = "stages=[{name: head, epochs: 1, train: head}, {name: all, epochs: 1}]";
    RunConfig config = config("staged", stages, "training.epochs=null", "loss.mixing=null");
    RangeTest test = new RangeTest(1e-4, 1, 20, 0.5, 4);
    LrFindReport report =
        LrFindJob.run(SharedSpark.session(), config, test, () -> false, "", done -> {});
    assertThat(report.lines())
        .contains(
            "warning: tested is stage head, the first of 2: the rate is for what that one trains");
  }

  @Test
  void whoStopsATestKeepsItsCurveSoFar() throws IOException {
    int[] looks = {0};
    LrFindReport report = find(config("stopped"), 1e-4, 1e-3, () -> ++looks[0] > 4);
    assertThat(report.stopped()).isTrue();
    assertThat(report.lines().get(0)).endsWith("; stopped on request");
    assertThat(curve("stopped").get("points").size()).isBetween(1, 5);
  }

  @Test
  void groupsWithASchedulesOfTheirOwnFollowTheTest() throws IOException {
    String group = "optimizer.groups=[{layers: '-1', rate: 2, schedule: cosine}]";
    find(config("grouped", group), 1e-4, 1e-3, () -> false);
    assertThat(curve("grouped").get("points")).hasSize(UPDATES);
  }

  @Test
  void anOptimiserThatSwitchesDoesNotInATestAndThatIsSaid() throws IOException {
    String kind = "optimizer={kind: swats, beta2: 0.5, tolerance: %s}";
    LrFindReport report = find(config("eager", kind.formatted("1e9")), 1e-5, 1e-4, () -> false);
    find(config("patient", kind.formatted("1e-40")), 1e-5, 1e-4, () -> false);
    assertThat(curve("eager").get("points")).isEqualTo(curve("patient").get("points"));
    assertThat(report.lines())
        .contains(
            "warning: tested is what the optimiser is before it switches; the rate after that it"
                + " finds itself");
  }

  @Test
  void meansOfWeightsHaveNoSayAndAreNotMade() throws IOException {
    find(config("followed", "averaging.shadows=[swa, ema]"), 1e-4, 1e-3, () -> false);
    find(config("alone"), 1e-4, 1e-3, () -> false);
    assertThat(curve("followed").get("points")).isEqualTo(curve("alone").get("points"));
  }

  @Test
  void aFolderInUseIsRefused() throws IOException {
    Files.createDirectories(folder.resolve("used"));
    Holder other = Holder.here("train", "local-1");
    var path = new org.apache.hadoop.fs.Path(folder.resolve("used").toString());
    try (Lease held = Lease.take(new Configuration(), path, other, () -> false)) {
      assertThatThrownBy(() -> find(config("used"), 1e-4, 10, () -> false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Cannot find a rate: file:%s is in use by train on ", path);
      held.check();
    }
    assertThat(file("used", "lr-find")).doesNotExist();
  }
}
