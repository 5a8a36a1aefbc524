package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.config.RunConfig;
import io.millrace.metrics.ComparedMetrics;
import io.millrace.state.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs as {@code train} makes them: a residual net, augmentation, mixup, two workers; one of three
 * epochs is there.
 */
abstract class WholeRuns {
  static final int EPOCHS = 3;

  static final int UPDATES = 3;

  @TempDir static Path folder;

  /** 45 images to train on: two updates of 2 x 8, and one that shares 13 as 7 and 6. */
  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Prepared.lake(folder, 45, 12);
    Prepared.by(config("any"));
    train("straight", new Start.Anew(), () -> false);
  }

  static RunConfig config(String name, String... overrides) {
    return Prepared.config(
        folder,
        name,
        """
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}, horizontal_flip]
        model: {depth: 8}
        loss: {labelSmoothing: 0.1, mixing: {mixup: {alpha: 0.2}}}
        learningRate: {referenceBatch: 16, warmupEpochs: 1}
        training: {epochs: %d, workers: 2, batchPerWorker: 8}
        averaging: {every: 2}
        shuffle: {window: 2}
        """
            .formatted(EPOCHS),
        overrides);
  }

  static void train(String name, Start start, BooleanSupplier stop, String... overrides)
      throws IOException {
    TrainJob.run(SharedSpark.session(), config(name, overrides), start, stop);
  }

  static Path file(String run, String file) {
    return folder.resolve(run).resolve(file);
  }

  static void assertEqualRuns(String run, String other) throws IOException {
    assertEqualRuns(run, other, EPOCHS);
  }

  static void assertEqualRuns(String run, String other, int epochs) throws IOException {
    assertThat(model(run)).containsKey("millrace.json").isEqualTo(model(other));
    for (int epoch = 1; epoch <= epochs; epoch++) {
      assertThat(weights(run, epoch)).isEqualTo(weights(other, epoch));
    }
    assertThat(metrics(run)).hasSize(epochs).isEqualTo(metrics(other));
  }

  static Map<String, String> model(String run) throws IOException {
    return ZipEntries.ofAnyName(Files.newInputStream(file(run, "model.zip")));
  }

  static RunState weights(String run, int epoch) throws IOException {
    String path = file(run, "checkpoints/epoch-000" + epoch).toString();
    return CheckpointStore.read(new Configuration(), path).state();
  }

  static List<ObjectNode> metrics(String run) throws IOException {
    return ComparedMetrics.withBytesRead(file(run, "metrics.jsonl"));
  }

  static List<ObjectNode> withoutBytesRead(String run) throws IOException {
    return ComparedMetrics.of(file(run, "metrics.jsonl"));
  }
}
