package io.millrace.deploy;

import io.millrace.checkpoint.ZipEntries;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A small run on the sample in a folder: its config, the flags that its JVMs need, and what it has
 * come to.
 *
 * @param folder where set, runs and config lie
 */
record TrainedOnce(Path folder) {
  /** Memory that is enough for it. */
  static final String MEMORY = "--driver-memory 1g --executor-memory 1g";

  /** Writes the config of a run of so many workers and epochs. */
  static TrainedOnce in(Path folder, int workers, int epochs) throws IOException {
    Files.writeString(
        folder.resolve("run.yaml"),
        """
        name: run
        output: %1$s/out
        source: {path: %2$s}
        dataset: {path: %1$s/set, validationShare: 0.1, blockRows: 32}
        input: {height: 28, width: 28, channels: 1}
        augment: [horizontal_flip]
        model: {architecture: cifar-resnet, depth: 8, width: 8}
        learningRate: {base: 0.05, referenceBatch: 64, warmupEpochs: 1}
        evaluation: {split: validation}
        training: {epochs: %3$d, workers: %4$d, batchPerWorker: 16}
        """
            .formatted(folder, sample(folder), epochs, workers));
    return new TrainedOnce(folder);
  }

  /** The sample's test images, as a lake of training images. */
  private static Path sample(Path folder) throws IOException {
    Path lake = Files.createDirectories(folder.resolve("lake"));
    Files.copy(
        Path.of("conf/sample/test-00000-of-00001.parquet"),
        lake.resolve("train-00000-of-00001.parquet"));
    return lake;
  }

  /** A command of deploy/submit with this config. */
  String submit(String flags, String command, String name, String more) {
    return "deploy/submit %s %s %s --config %s/run.yaml --set name=%s %s"
        .formatted(flags, MEMORY, command, folder, name, more);
  }

  /** Weights and state of a run's model. */
  Map<String, String> model(String name) throws IOException {
    Map<String, String> entries =
        ZipEntries.ofAnyName(
            Files.newInputStream(folder.resolve("out").resolve(name).resolve("model.zip")));
    return Map.of(
        "weights", entries.get("coefficients.bin"), "state", entries.get("updaterState.bin"));
  }
}
