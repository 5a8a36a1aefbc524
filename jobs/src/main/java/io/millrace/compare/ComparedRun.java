package io.millrace.compare;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.config.ConfigException;
import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.MetricsStore;
import io.millrace.metrics.RunManifest;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A run as its folder tells of it.
 *
 * @param name it goes by among the others
 * @param root its folder
 * @param settings all keys of its config
 * @param data the fingerprint of its data set
 * @param compute what its workers computed with, in words
 * @param epochs those that are done, one at least
 */
record ComparedRun(
    String name,
    Path root,
    Map<String, String> settings,
    String data,
    String compute,
    List<EpochMetrics> epochs) {
  /**
   * Reads a run.
   *
   * @throws IllegalArgumentException if the folder is none of a run, or one without an epoch
   * @throws IOException if it cannot be read
   */
  static ComparedRun read(Configuration hadoop, String path) throws IOException {
    RunFolder folder = RunFolder.existing(hadoop, new Path(path));
    String config = text(folder, path, RunFolder.CONFIG);
    text(folder, path, RunFolder.MANIFEST);
    JsonNode manifest =
        RunManifest.in(folder)
            .orElseThrow(
                () ->
                    new WrongInputException(
                        "Cannot read %s: it is damaged (train --resume auto writes it anew)"
                            .formatted(folder.path(RunFolder.MANIFEST))));
    List<EpochMetrics> epochs = MetricsStore.read(folder);
    if (epochs.isEmpty()) {
      throw new IllegalArgumentException(
          "Cannot compare %s: it has no epoch that has ended".formatted(path));
    }
    JsonNode compute = manifest.path("compute");
    return new ComparedRun(
        folder.root().getName(),
        folder.root(),
        settings(path, config),
        manifest.path("fingerprints").path("data").asText(""),
        "%s %s".formatted(compute.path("native_binary").asText(), compute.path("isa").asText()),
        epochs);
  }

  private static Map<String, String> settings(String path, String config) {
    try {
      return ConfigWriter.flat(ConfigReader.resolved(config));
    } catch (ConfigException e) {
      throw new IllegalArgumentException(
          "Cannot compare %s: %s".formatted(path, e.problems().get(0)), e);
    }
  }

  private static String text(RunFolder folder, String path, String file) throws IOException {
    return folder
        .text(file)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "Invalid run: %s (must be the folder of a run, it has no %s)"
                        .formatted(path, file)));
  }

  /** The same by another name. */
  ComparedRun named(String other) {
    return new ComparedRun(other, root, settings, data, compute, epochs);
  }

  EpochMetrics last() {
    return epochs.get(epochs.size() - 1);
  }

  /** The epoch of the best top-1, the earlier of equals; none where nothing was validated. */
  Optional<EpochMetrics> best() {
    return epochs.stream()
        .filter(each -> Double.isFinite(each.valTop1()))
        .max(
            Comparator.comparingDouble(EpochMetrics::valTop1)
                .thenComparing(EpochMetrics::epoch, Comparator.reverseOrder()));
  }

  /** Images/s over all epochs, as the report has them. */
  double imagesPerSecond() {
    double seconds = epochs.stream().mapToDouble(e -> e.examplesSeen() / e.imagesPerSecond()).sum();
    return epochs.stream().mapToLong(EpochMetrics::examplesSeen).sum() / seconds;
  }

  double trainingSeconds() {
    return epochs.stream().mapToDouble(EpochMetrics::wallSeconds).sum();
  }
}
