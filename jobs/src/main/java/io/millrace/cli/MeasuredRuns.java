package io.millrace.cli;

import io.millrace.config.ConfigReader;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.metrics.EpochMetrics;
import io.millrace.metrics.MetricsStore;
import io.millrace.simulation.Calibration;
import io.millrace.simulation.MeasuredRun;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** The runs whose times a simulation goes by. */
final class MeasuredRuns {
  /** What the time of an image hangs on. */
  private static final String COMPUTING =
      "model\\..*|input\\..*|training\\.(batchPerWorker|precision.*|fastPath)";

  private final RunConfig config;
  private final Configuration hadoop;

  /** Runs to simulate such a config by. */
  MeasuredRuns(RunConfig config, Configuration hadoop) {
    this.config = config;
    this.hadoop = hadoop;
  }

  /**
   * What they tell.
   *
   * @throws IllegalArgumentException for a folder that is none of a run, or if none of them has the
   *     config's network
   */
  Calibration calibration(List<String> paths) throws IOException {
    List<MeasuredRun> measured = new ArrayList<>();
    for (String path : paths) {
      measured.add(read(path));
    }
    try {
      return Calibration.of(measured);
    } catch (IllegalArgumentException e) {
      throw invalid(String.join(",", paths), e.getMessage());
    }
  }

  private MeasuredRun read(String path) throws IOException {
    RunFolder folder = RunFolder.existing(hadoop, new Path(path));
    String yaml = folder.text(RunFolder.CONFIG).orElse("");
    List<EpochMetrics> epochs = MetricsStore.read(folder);
    if (yaml.isEmpty() || epochs.isEmpty()) {
      throw invalid(path, "must be the folder of a run with an epoch that has ended");
    }
    RunConfig its = ConfigReader.resolved(yaml);
    var training = its.training();
    double up = epochs.get(0).figure("measures.bytes_up");
    boolean onExecutors = its.averaging().reduce().onExecutors((long) (training.workers() * up));
    try {
      return MeasuredRun.of(
          epochs,
          training.workers(),
          training.batchPerWorker(),
          onExecutors,
          computing(its).equals(computing(config)));
    } catch (IllegalArgumentException e) {
      throw invalid(path, e.getMessage());
    }
  }

  private static Map<String, String> computing(RunConfig config) {
    Map<String, String> keys = new TreeMap<>(ConfigWriter.flat(config));
    keys.keySet().removeIf(key -> !key.matches(COMPUTING));
    return keys;
  }

  private static IllegalArgumentException invalid(String value, String why) {
    return new IllegalArgumentException("Invalid --simulate: %s (%s)".formatted(value, why));
  }
}
