package io.millrace.predict;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.ChildCommand;
import io.millrace.SharedSpark;
import io.millrace.check.Check;
import io.millrace.check.CheckReport;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.spark.sql.Row;

/**
 * Predictions of the 10,000 test images of Fashion-MNIST: as right as {@code evaluate} says, to the
 * digit; the same rows, each once, of a run that is killed half-way, or stopped, and started again.
 */
public final class PredictCheck implements Check {
  private static final Path LAKE = Path.of("/usr/share/datasets/fashion-mnist");

  private Path folder;
  private CheckReport report;

  @Override
  public void run(CheckReport counts) throws Exception {
    report = counts;
    folder = Files.createTempDirectory("predict");
    report.say("in " + folder);
    Files.writeString(
        folder.resolve("check.yaml"),
        """
        name: check
        output: %1$s/out
        source: {path: conf/sample}
        dataset: {path: '%1$s/data', validationShare: 0.05}
        input: {height: 28, width: 28, channels: 1}
        model: {depth: 20, width: 8}
        learningRate: {base: 0.1, referenceBatch: 64}
        training: {epochs: 1, workers: 2, batchPerWorker: 32}
        """
            .formatted(folder));
    ended("prepared", command("prepare"));
    ended("trained", command("train"));
    double top1 = evaluated();
    Map<String, String> whole = predicted();
    count("accuracy %s, evaluate's %s".formatted(right(whole), top1), right(whole) == top1);
    cut("killed", 137, ProcessHandle::destroyForcibly, whole);
    cut("stopped", 75, ProcessHandle::destroy, whole);
  }

  private ChildCommand command(String command, String... more) throws Exception {
    return command(process -> false, command, more);
  }

  private ChildCommand command(Predicate<ProcessHandle> looks, String command, String... more)
      throws Exception {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--config", folder.resolve("check.yaml").toString()));
    words.addAll(List.of(more));
    return ChildCommand.run(looks, words.toArray(String[]::new));
  }

  /** On a set of the test images alone. */
  private double evaluated() throws Exception {
    String[] holdOut = {
      "--set", "dataset.path=" + folder.resolve("test"),
      "--set", "source.path=" + LAKE,
      "--set", "source.splits=[test]",
      "--set", "source.classesFrom=" + folder.resolve("data")
    };
    ended("prepared the test images", command("prepare", holdOut));
    ended("evaluated", command("evaluate", holdOut));
    try (Stream<Path> files = Files.list(folder.resolve("out/check"))) {
      Path file =
          files.filter(each -> each.toString().matches(".*evaluation-test-.*")).findFirst().get();
      return new ObjectMapper().readTree(file.toFile()).get("top1").asDouble();
    }
  }

  private ChildCommand predict(String output, Predicate<ProcessHandle> looks) throws Exception {
    return command(
        looks,
        "predict",
        "--output",
        folder.resolve(output).toString(),
        "--set",
        "source.path=" + LAKE,
        "--set",
        "source.splits=[test]");
  }

  private Map<String, String> predicted() throws Exception {
    ChildCommand ended = predict("whole", process -> false);
    ended.lines().stream().filter(line -> line.contains("images/s")).forEach(report::say);
    ended("predicted", ended);
    Map<String, String> rows = rows("whole");
    count("a row for each of the 10,000 images", rows.size() == 10_000);
    return rows;
  }

  /** A run that ends half-way, and the same command again. */
  private void cut(String how, int code, Predicate<ProcessHandle> end, Map<String, String> whole)
      throws Exception {
    ChildCommand cut = predict(how, process -> done(how) >= 4 && end.test(process));
    int half = done(how);
    count(
        "%s with %d files, code %d".formatted(how, half, cut.code()),
        cut.code() == code && half >= 4 && half < 8);
    ChildCommand again = predict(how, process -> false);
    ended("went on: " + again.lines().get(Math.max(0, again.lines().size() - 2)), again);
    count("the same rows, each once", rows(how).equals(whole));
  }

  private int done(String output) {
    String[] files =
        folder
            .resolve(output)
            .resolve("predictions")
            .toFile()
            .list((at, name) -> !name.startsWith("."));
    return files == null ? 0 : files.length;
  }

  /** What is said of each image, by path and row; an image that comes twice is an error. */
  private Map<String, String> rows(String output) {
    Map<String, String> rows = new TreeMap<>();
    String files = folder.resolve(output).resolve("predictions").toString();
    for (Row row : SharedSpark.session().read().parquet(files).collectAsList()) {
      String image = "%s %05d".formatted(row.<String>getAs("path"), row.<Long>getAs("row"));
      if (rows.put(image, row.mkString(" ")) != null) {
        throw new IllegalStateException(image + " has two rows");
      }
    }
    return rows;
  }

  /** Share of the images whose first class is that of the label file. */
  private double right(Map<String, String> rows) throws IOException {
    byte[] labels;
    Path file = LAKE.resolve("t10k-labels-idx1-ubyte.gz");
    try (var in = new DataInputStream(new GZIPInputStream(Files.newInputStream(file)))) {
      in.skipNBytes(8);
      labels = in.readAllBytes();
    }
    int right = 0;
    String files = folder.resolve("whole/predictions").toString();
    for (Row row : SharedSpark.session().read().parquet(files).collectAsList()) {
      String first = row.<String>getList(row.fieldIndex("classes")).get(0);
      int label = labels[row.<Long>getAs("row").intValue()];
      right += first.equals(classes().get(label)) ? 1 : 0;
    }
    return right / (double) rows.size();
  }

  /** The names of the classes, in the order of the labels. */
  private List<String> classes() throws IOException {
    List<String> names = new ArrayList<>();
    new ObjectMapper()
        .readTree(folder.resolve("data/manifest.json").toFile())
        .get("classes")
        .forEach(name -> names.add(name.asText()));
    return names;
  }

  private void ended(String what, ChildCommand ended) {
    count(what + ": " + ended.last(), ended.code() == 0);
    if (ended.code() != 0) {
      ended.lines().forEach(report::say);
    }
  }

  private void count(String what, boolean right) {
    report.count(what, right);
  }
}
