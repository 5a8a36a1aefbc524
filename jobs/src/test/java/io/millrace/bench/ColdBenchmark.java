package io.millrace.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.Main;
import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.commons.io.FileUtils;

/**
 * Images/s of the first 100 updates of {@code train} in a fresh JVM, against those after 1,000
 * updates in the same one: ResNet-20 on the sample, two workers, averaged after every update. The
 * first round is left out, as everywhere: {@code deploy/bench cold}.
 */
final class ColdBenchmark implements Benchmark {
  private static final int RUNS = 5;

  /** 50 updates each. */
  private static final int EPOCHS_OF_100_UPDATES = 2;

  private static final String CONFIG =
      """
      name: cold
      output: %1$s
      source: {path: conf/sample}
      dataset: {path: %1$s/data}
      input: {height: 28, width: 28, channels: 1}
      augment: [{random_crop: {height: 28, width: 28, padding: 2}}, horizontal_flip]
      model: {architecture: cifar-resnet, depth: 20}
      evaluation: {split: test}
      training: {epochs: 22, workers: 2, batchPerWorker: 60}
      """;

  @Override
  public void run(BenchReport report) throws Exception {
    Path folder = Files.createTempDirectory("millrace-cold");
    try {
      Path config = Files.writeString(folder.resolve("cold.yaml"), CONFIG.formatted(folder));
      run("prepare", config);
      double[] cold = new double[RUNS];
      double[] warm = new double[RUNS];
      double[] ratio = new double[RUNS];
      for (int i = 0; i < RUNS; i++) {
        run("train", config, "--overwrite");
        List<Double> epochs = imagesPerSecond(folder.resolve("cold/metrics.jsonl"));
        cold[i] = ofFirst(epochs);
        warm[i] = ofFirst(epochs.subList(epochs.size() - EPOCHS_OF_100_UPDATES, epochs.size()));
        ratio[i] = cold[i] / warm[i];
      }
      report.atLeast(
          "train, first 100 updates / after 1,000, images/s",
          BenchReport.median(cold),
          BenchReport.median(warm),
          BenchReport.median(ratio),
          0.8);
    } finally {
      FileUtils.deleteDirectory(folder.toFile());
    }
  }

  /** Of epochs of equal length: the harmonic mean. */
  private static double ofFirst(List<Double> epochs) {
    double seconds =
        epochs.stream().limit(EPOCHS_OF_100_UPDATES).mapToDouble(images -> 1 / images).sum();
    return EPOCHS_OF_100_UPDATES / seconds;
  }

  private static List<Double> imagesPerSecond(Path metrics) throws IOException {
    List<Double> epochs = new ArrayList<>();
    for (String line : Files.readAllLines(metrics)) {
      JsonNode epoch = new ObjectMapper().readTree(line);
      epochs.add(epoch.get("images_per_second").asDouble());
    }
    return epochs;
  }

  /** The settings that {@code deploy/submit} gives to Spark. */
  private static Properties shipped() throws IOException {
    Properties settings = new Properties();
    try (Reader file = Files.newBufferedReader(Path.of("conf", "spark-defaults.conf"))) {
      settings.load(file);
    }
    return settings;
  }

  /** A command of the product in a JVM with the flags of this one. */
  private static void run(String command, Path config, String... flags)
      throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(ProcessHandle.current().info().command().orElse("java"));
    line.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    shipped().forEach((key, value) -> line.add("-D%s=%s".formatted(key, value)));
    line.add("-Dspark.master=local[2,4]");
    line.add("-cp");
    line.add(System.getProperty("java.class.path"));
    line.addAll(List.of(Main.class.getName(), command, "--config", config.toString()));
    line.addAll(List.of(flags));
    Process process =
        new ProcessBuilder(line)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    if (process.waitFor() != 0) {
      throw new IOException("Cannot measure: " + command + " failed");
    }
  }
}
