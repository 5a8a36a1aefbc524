package io.millrace.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.metrics.ComparedMetrics;
import io.millrace.state.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * What a run has come to, and another one has to come to as well.
 *
 * @param last the state after the last epoch: weights, optimiser state, all that is remembered
 * @param models weights and state of the run's models, by file
 * @param metrics the lines of metrics.jsonl
 */
record TrainedRun(RunState last, Map<String, String> models, List<ObjectNode> metrics) {

  static TrainedRun of(Path run) throws IOException {
    String last = newestCheckpoint(run).orElseThrow();
    return new TrainedRun(
        CheckpointStore.read(
                new Configuration(), run.resolve("checkpoints").resolve(last).toString())
            .state(),
        models(run),
        ComparedMetrics.of(run.resolve("metrics.jsonl")));
  }

  /** Weights and state of the model and its shadow. */
  static Map<String, String> models(Path run) throws IOException {
    Map<String, String> models = new TreeMap<>();
    for (String name : List.of("model.zip", "model-ema.zip")) {
      Path file = run.resolve(name);
      if (Files.exists(file)) {
        var entries = ZipEntries.ofAnyName(Files.newInputStream(file));
        models.put(name, entries.get("coefficients.bin") + entries.get("updaterState.bin"));
      }
    }
    return models;
  }

  /** The name of the newest checkpoint that is whole by its manifest. */
  static Optional<String> newestCheckpoint(Path run) throws IOException {
    return checkpoints(run).stream().reduce((before, after) -> after);
  }

  /** Names of the checkpoints that are whole by their manifests, oldest first. */
  static List<String> checkpoints(Path run) throws IOException {
    Path checkpoints = run.resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> names = Files.list(checkpoints)) {
      return names
          .filter(name -> Files.exists(name.resolve("manifest.json")))
          .map(name -> name.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** What another run has otherwise, in words. */
  List<String> differences(TrainedRun other) {
    List<String> differences = new ArrayList<>();
    note(differences, "weights", last.parameters().equals(other.last.parameters()));
    note(differences, "optimiser state", last.state().equals(other.last.state()));
    note(differences, "position", last.position().equals(other.last.position()));
    note(differences, "memories", last.memories().equals(other.last.memories()));
    note(differences, "models", models.equals(other.models));
    for (int epoch = 0; epoch < Math.max(metrics.size(), other.metrics.size()); epoch++) {
      String line = epoch < metrics.size() ? metrics.get(epoch).toString() : "";
      String others = epoch < other.metrics.size() ? other.metrics.get(epoch).toString() : "";
      if (!line.equals(others)) {
        differences.add("metrics of epoch %d: %s, not %s".formatted(epoch + 1, others, line));
      }
    }
    return differences;
  }

  private static void note(List<String> differences, String what, boolean same) {
    if (!same) {
      differences.add(what);
    }
  }
}
