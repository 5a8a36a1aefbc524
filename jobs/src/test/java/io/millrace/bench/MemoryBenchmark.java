package io.millrace.bench;

import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Trains ResNet-50 with two workers of a local cluster, whose JVMs get the heap that {@code plan}
 * named before and no more, and holds what they took against that plan. The variable ROUNDS sets
 * how long (200 rounds).
 */
final class MemoryBenchmark implements Benchmark {
  private static final int EPOCHS = 8;
  private static final int WORKERS = 2;
  private static final int BATCH = 4;
  private static final int CLASSES = 1000;
  private static final double NOISE = 16e6;
  private static final Pattern PLANNED =
      Pattern.compile(
          "memory +an executor of one worker ([\\d.]+) MB of heap and ([\\d.]+) MB outside;"
              + " the driver ([\\d.]+) MB of heap and ([\\d.]+) MB outside");

  private final Path folder = Path.of("jobs/target/memory-bench").toAbsolutePath();
  private final Path log = folder.resolve("log");
  private final Path temporary = folder.resolve("tmp");

  @Override
  public void run(BenchReport report) throws Exception {
    makeLakeAndConfig();
    submit("prepare", List.of());
    Matcher plan = PLANNED.matcher(submit("plan", List.of("--driver-memory", "8g")));
    if (!plan.find()) {
      throw new IllegalStateException("Cannot find the line memory of the plan");
    }
    double[] planned = new double[4];
    Arrays.setAll(planned, i -> 1e6 * Double.parseDouble(plan.group(i + 1)));
    List<Long> files = train(planned[0], planned[2]);

    List<MemorySample> driver = MemorySample.read(log.resolve("driver.csv"));
    List<List<MemorySample>> jvms = new ArrayList<>(List.of(driver));
    for (int worker = 0; worker < WORKERS; worker++) {
      jvms.add(MemorySample.read(log.resolve("executor-" + worker + ".csv")));
    }
    double executors = jvms.stream().skip(1).mapToDouble(MemoryBenchmark::peak).max().orElseThrow();
    below(report, "memory-executor", executors, planned[0] + planned[1]);
    below(report, "memory-driver", peak(driver), planned[2] + planned[3]);
    double growth = growth(files, size -> size);
    for (List<MemorySample> jvm : jvms) {
      for (ToLongFunction<MemorySample> kept : MemorySample.KEPT) {
        growth = Math.max(growth, growth(jvm, kept));
      }
    }
    report.atMost("memory-growth", growth, 1, growth, 1.05);
  }

  private static void below(BenchReport report, String name, double bytes, double planned) {
    report.atMost(name, bytes, planned, bytes / planned, 1);
  }

  private static double peak(List<MemorySample> jvm) {
    return jvm.stream().mapToLong(MemorySample::peak).max().orElseThrow();
  }

  /**
   * What is held at the least in the last quarter, over that of the second, when every part of a
   * run was there once; above what comes and goes by chance.
   */
  private static <T> double growth(List<T> samples, ToLongFunction<T> kept) {
    int quarter = samples.size() / 4;
    return (NOISE + floor(samples.subList(samples.size() - quarter, samples.size()), kept))
        / (NOISE + floor(samples.subList(quarter, 2 * quarter), kept));
  }

  /** The least: what a round in progress or a collection to come adds is above it. */
  private static <T> double floor(List<T> samples, ToLongFunction<T> kept) {
    return samples.stream().mapToLong(kept).min().orElseThrow();
  }

  /** Trains, and looks every second how much lies in the folder for temporary files. */
  private List<Long> train(double executorHeap, double driverHeap) throws Exception {
    String executor = mebibytes(executorHeap);
    List<String> flags =
        List.of(
            "--master",
            "local-cluster[%d,1,%s]".formatted(WORKERS, executor),
            "--driver-memory",
            mebibytes(driverHeap) + "m",
            "--conf", // --executor-memory does not reach a local cluster
            "spark.executor.memory=" + executor + "m",
            "--conf",
            "spark.plugins=" + MemoryLog.class.getName(),
            "--jars",
            pluginJar().toString());
    Process train = start("train", flags).inheritIO().start();
    List<Long> files = new ArrayList<>();
    while (!train.waitFor(1, TimeUnit.SECONDS)) {
      files.add(bytesBelow(temporary));
    }
    requireDone("train", train);
    return files;
  }

  private static String mebibytes(double bytes) {
    return Long.toString((long) Math.ceil(bytes / (1 << 20)));
  }

  private String submit(String command, List<String> flags) throws Exception {
    Process process = start(command, flags).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    System.err.print(output);
    requireDone(command, process);
    return output;
  }

  private static void requireDone(String command, Process process) throws InterruptedException {
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "Cannot go on: %s ended with %d".formatted(command, process.exitValue()));
    }
  }

  private ProcessBuilder start(String command, List<String> flags) {
    List<String> words = new ArrayList<>(List.of("deploy/submit"));
    words.addAll(flags);
    words.addAll(List.of(command, "--config", folder.resolve("memory.yaml").toString()));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder
        .environment()
        .put(
            "JAVA_TOOL_OPTIONS",
            "-XX:+AlwaysPreTouch -Djava.io.tmpdir=%s -D%s=%s"
                .formatted(temporary, MemoryLog.FOLDER, log));
    return builder;
  }

  private void makeLakeAndConfig() throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> old = Files.walk(folder)) {
        old.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
      }
    }
    Files.createDirectories(log);
    Files.createDirectories(temporary);
    Path lake = Files.createDirectories(folder.resolve("lake"));
    int rounds = Integer.parseInt(System.getenv().getOrDefault("ROUNDS", "200"));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows(0, rounds / EPOCHS * WORKERS * BATCH));
    Lake.huggingFace(lake.resolve("validation-0.parquet"), rows(1 << 20, 512));
    Files.writeString(
        folder.resolve("memory.yaml"),
        """
        name: memory
        output: %1$s/out
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set}
        input: {height: 64, width: 64, channels: 3}
        augment: [{random_resized_crop: {height: 64, width: 64}}, horizontal_flip]
        model: {architecture: resnet50}
        learningRate: {warmupEpochs: 0}
        training: {epochs: %2$d, workers: %3$d, batchPerWorker: %4$d}
        """
            .formatted(folder, EPOCHS, WORKERS, BATCH));
  }

  /** JPEGs of noise; the labels reach from the first to the last class. */
  private static List<Row> rows(int seed, int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] image = Lake.encoded(Lake.picture(seed + i, 80, 80, 3), "jpg");
      rows.add(new Row(image, i * (CLASSES - 1) / (count - 1)));
    }
    return rows;
  }

  /** The plugin by itself: it has to see the classes of the submit jar, as {@code --jars} does. */
  private Path pluginJar() throws IOException {
    Path jar = folder.resolve("memory-log.jar");
    Path classes = Path.of("jobs/target/test-classes");
    String wanted = "io/millrace/bench/Memory";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = classes.relativize(file).toString();
        if (name.startsWith(wanted)) {
          out.putNextEntry(new JarEntry(name));
          Files.copy(file, out);
        }
      }
    }
    return jar;
  }

  private static long bytesBelow(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .map(Path::toFile)
          .filter(java.io.File::isFile)
          .mapToLong(java.io.File::length)
          .sum();
    } catch (IOException | UncheckedIOException e) {
      return 0; // a file went while it was looked at
    }
  }
}
