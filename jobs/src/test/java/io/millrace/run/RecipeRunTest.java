package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.config.RunConfig;
import io.millrace.metrics.ComparedMetrics;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs with much of the recipe at once: what is remembered, what follows, what is saved. */
class RecipeRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GRADIENTS =
      """
      optimizer: {kind: lars, weightDecay: 1e-3, clipNorm: 1,
                  groups: [{names: 'output*', rate: 2, schedule: linear}, {layers: 0, rate: 0.5}]}
      averaging: {exchange: gradients, shadows: [{ema: {decay: 0.9}}, {swa: {start: 0.3, holdRate: false}}]}
      """;
  private static final String WEIGHTS =
      """
      optimizer: {kind: nesterov, clipNorm: 5,
                  groups: [{names: 'output*', rate: 2, momentum: 0.8}]}
      averaging: {every: {post-local: {updates: 2, fromEpoch: 1}}, outer: {kind: slow-mo, beta: 0.5},
                  shadows: [{ema: {decay: 0.9, recalibrate: 0.5}}]}
      """;
  private static final String PLATEAU =
      """
      optimizer: {kind: adam}
      learningRate: {base: 0.01, referenceBatch: 16, warmupEpochs: 0, schedule: plateau,
                     patience: 0, threshold: 0.99, metric: train-loss}
      averaging: {exchange: differences, outer: bmuf}
      evaluation: {metric: val-loss}
      """;

  private static final String FP16 =
      """
      optimizer: {kind: swats, tolerance: 10}
      learningRate: {base: 0.001, referenceBatch: 16, warmupEpochs: 1}
      averaging: {every: {after-warmup: {updates: 2}}}
      training: {epochs: 3, workers: 2, batchPerWorker: 8, precision: {fp16: {initialScale: 1e6, growthInterval: 2}}}
      diagnostics: {share: 0.5}
      """;

  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Prepared.lake(folder, 45, 12);
    Prepared.by(config("any", ""));
  }

  private static RunConfig config(String name, String recipe) {
    String rate =
        recipe.contains("learningRate")
            ? ""
            : "learningRate: {referenceBatch: 16, warmupEpochs: 1}\n";
    String training =
        recipe.contains("training") ? "" : "training: {epochs: 3, workers: 2, batchPerWorker: 8}\n";
    return Prepared.config(
        folder,
        name,
        """
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}, horizontal_flip]
        model: {depth: 8}
        loss: {kind: focal, labelSmoothing: 0.1, mixing: mixup-or-cutmix, mixingOffEpochs: 1, classWeights: frequency}
        shuffle: {window: 2}
        """
            + rate
            + training
            + recipe);
  }

  /** Stopped again and again, after one or two rounds each time. */
  @ParameterizedTest
  @ValueSource(strings = {GRADIENTS, WEIGHTS, PLATEAU, FP16})
  void resumedIsUninterruptedWithAllThatIsRemembered(String recipe) throws IOException {
    RunConfig straight = config("straight" + recipe.hashCode(), recipe);
    RunConfig halting = config("halting" + recipe.hashCode(), recipe);
    TrainJob.run(SharedSpark.session(), straight, new Start.Anew(), () -> false);
    Random random = new Random(recipe.hashCode());
    Start start = new Start.Anew();
    List<Integer> within = new ArrayList<>();
    while (stops(halting, start, 2 + random.nextInt(2))) {
      within.add(checkpoint(halting).state().position().round());
      start = new Start.From("auto");
    }
    assertThat(within).as("rounds of half-done epochs").hasSizeGreaterThan(2).anyMatch(r -> r > 0);
    assertThat(models(halting)).isEqualTo(models(straight));
    assertThat(figures(halting)).hasSize(3).isEqualTo(figures(straight));
    assertThat(checkpoint(halting).state()).isEqualTo(checkpoint(straight).state());
    assertThat(readings(halting)).isEqualTo(readings(straight));
  }

  /** Trains until it was asked so many times whether to stop. */
  private static boolean stops(RunConfig config, Start start, int looks) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try {
      TrainJob.run(SharedSpark.session(), config, start, () -> asked.incrementAndGet() >= looks);
      return false;
    } catch (StoppedException e) {
      return true;
    }
  }

  private static Checkpoint checkpoint(RunConfig config) throws IOException {
    RunFolder folder = RunFolder.open(new Configuration(), config.output(), config.name());
    return new CheckpointStore(folder, 3, true).latest().orElseThrow();
  }

  private static List<ObjectNode> readings(RunConfig config) throws IOException {
    List<ObjectNode> epochs = new ArrayList<>();
    if (Files.exists(file(config, "diagnostics.jsonl"))) {
      for (String line : Files.readAllLines(file(config, "diagnostics.jsonl"))) {
        epochs.add(JSON.readValue(line, ObjectNode.class).without(List.of("seconds", "share")));
      }
    }
    return epochs;
  }

  @Test
  void shadowsAreSavedBesideTheModelWithWhatTheyReach() throws IOException {
    RunConfig config = config("shadows", GRADIENTS);
    Path ofAnother = file(config, "model-old.zip");
    Files.createDirectories(ofAnother.getParent());
    Files.writeString(ofAnother, "of a run before --overwrite");
    TrainJob.run(SharedSpark.session(), config, new Start.Anew(), () -> false);
    assertThat(models(config).stream().distinct()).hasSize(3);
    assertThat(ofAnother).doesNotExist();
    ObjectNode last = figures(config).get(2);
    for (String shadow : List.of("ema", "swa")) {
      String card =
          ZipEntries.ofAnyName(Files.newInputStream(file(config, "model-" + shadow + ".zip")))
              .get("millrace.json");
      assertThat(card).isNotNull();
      double loss = last.get("shadows").get(shadow + "_loss").asDouble();
      assertThat(loss).isFinite().isNotEqualTo(last.get("val_loss").asDouble());
      assertThat(last.get("shadows").get(shadow + "_top1").asDouble()).isBetween(0.0, 1.0);
    }
    assertThat(figures(config).get(0).get("shadows").has("swa_loss")).isTrue();
    assertThat(Files.readString(file(config, "report.html"))).contains("ema top-1", "swa top-1");
  }

  private static List<String> models(RunConfig config) throws IOException {
    List<String> models = new ArrayList<>();
    for (String name : List.of("model.zip", "model-ema.zip", "model-swa.zip")) {
      if (Files.exists(file(config, name))) {
        var entries = ZipEntries.ofAnyName(Files.newInputStream(file(config, name)));
        models.add(entries.get("coefficients.bin") + entries.get("updaterState.bin"));
      }
    }
    assertThat(models).isNotEmpty();
    return models;
  }

  private static List<ObjectNode> figures(RunConfig config) throws IOException {
    return ComparedMetrics.of(file(config, "metrics.jsonl"));
  }

  private static Path file(RunConfig config, String name) {
    return folder.resolve(config.name()).resolve(name);
  }
}
