package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.Checkpoint;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.metrics.ComparedMetrics;
import io.millrace.recipe.Setbacks;
import io.millrace.store.RunFolder;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose rate becomes infinite at update 4, in the second of three epochs of three updates. */
class RollBackTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Prepared.lake(folder, 45, 6);
    Prepared.by(config("any", "stop, rateFactor: 1"));
  }

  private static RunConfig config(String name, String divergence) {
    return Prepared.config(
        folder,
        name,
        """
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}]
        model: {depth: 8}
        training: {epochs: 3, workers: 2, batchPerWorker: 8, keepCheckpoints: 1}
        learningRate: {referenceBatch: 16, warmupEpochs: 0, schedule: multi-step, stepEpochs: [1.4], gamma: 1e42}
        averaging: {shadows: [{ema: {decay: 0.9}}]}
        diagnostics: {share: 0}
        divergence: {action: %s}
        """
            .formatted(divergence));
  }

  private static TrainReport train(RunConfig config) throws IOException {
    return TrainJob.run(SharedSpark.session(), config, new Start.Anew(), () -> false);
  }

  @Test
  void resumedIsUninterruptedAlsoWhereTheRunRolledBack() throws IOException {
    String back = "rollback, rateFactor: 1e-42, skip: 2, limit: 1";
    RunConfig straight = config("straight", back);
    train(straight);
    List<ObjectNode> epochs = ComparedMetrics.of(file(straight, "metrics.jsonl"));
    assertThat(epochs.get(0).at("/measures/rollbacks").isMissingNode()).isTrue();
    for (int epoch = 1; epoch < 3; epoch++) {
      JsonNode measures = epochs.get(epoch).get("measures");
      assertThat(measures.get("rollbacks").asDouble()).isEqualTo(1);
      assertThat(measures.get("left_out_updates").asDouble()).isEqualTo(epoch == 1 ? 2 : 0);
    }
    assertThat(Files.readString(file(straight, "report.html")))
        .contains("1 time: rates times 1E-42, without the global batches of updates 3 to 4");
    assertThat(checkpoint(straight).state().memory(Setbacks.NAME).map(Setbacks::of))
        .contains(new Setbacks(1e-42, List.of(new Setbacks.Setback(3, 5))));

    RunConfig halting = config("halting", back);
    Start start = new Start.Anew();
    int stops = 0;
    while (stops(halting, start)) {
      start = new Start.From("auto");
      stops++;
    }
    assertThat(stops).isGreaterThan(3);
    assertThat(checkpoint(halting).state()).isEqualTo(checkpoint(straight).state());
    assertThat(ComparedMetrics.of(file(halting, "metrics.jsonl"))).isEqualTo(epochs);
    for (String model : List.of("model.zip", "model-ema.zip")) {
      assertThat(weights(halting, model)).isEqualTo(weights(straight, model));
    }
  }

  /** Trains two rounds at most. */
  private static boolean stops(RunConfig config, Start start) throws IOException {
    AtomicInteger asked = new AtomicInteger();
    try {
      TrainJob.run(SharedSpark.session(), config, start, () -> asked.incrementAndGet() > 2);
      return false;
    } catch (StoppedException e) {
      return true;
    }
  }

  @Test
  void aRunThatDivergesAgainAndAgainEndsAtItsLimit() {
    RunConfig config = config("again", "rollback, rateFactor: 0.9, skip: 1, limit: 2");
    assertThatThrownBy(() -> train(config))
        .isInstanceOf(DivergedException.class)
        .hasMessageMatching(
            "Cannot train on after 2 roll-backs \\(divergence.limit\\): (a weight after|the loss of)"
                + " update \\d on worker [01] in round [123] of epoch [23] is not finite; lower the"
                + " learning rate or lengthen the warm-up");
  }

  @Test
  void aRunThatIsToStopStopsAtOnce() {
    RunConfig config = config("stop", "stop");
    assertThatThrownBy(() -> train(config))
        .isInstanceOf(DivergedException.class)
        .hasMessageStartingWith("Cannot train on: a weight after update 4 on worker 0 in round 2");
  }

  @Test
  void withoutACheckpointItGoesBackToTheStart() throws IOException {
    RunConfig every3 =
        ConfigReader.read(
            "run.yaml",
            ConfigWriter.yaml(config("start", "rollback, rateFactor: 1e-42, skip: 0, limit: 1")),
            List.of("checkpoint.everyEpochs=3", "training.epochs=2", "evaluation.keep=last"));
    train(every3);
    assertThat(ComparedMetrics.of(file(every3, "metrics.jsonl")))
        .hasSize(2)
        .allMatch(epoch -> epoch.at("/measures/rollbacks").asDouble() == 1)
        .allMatch(epoch -> epoch.at("/measures/left_out_updates").asDouble() == 0);
  }

  private static Checkpoint checkpoint(RunConfig config) throws IOException {
    RunFolder run = RunFolder.open(new Configuration(), config.output(), config.name());
    return new CheckpointStore(run, 3, true).latest().orElseThrow();
  }

  private static String weights(RunConfig config, String model) throws IOException {
    var entries = ZipEntries.ofAnyName(Files.newInputStream(file(config, model)));
    return entries.get("coefficients.bin") + entries.get("updaterState.bin");
  }

  private static Path file(RunConfig config, String name) {
    return folder.resolve(config.name()).resolve(name);
  }
}
