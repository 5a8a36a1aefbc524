package io.millrace.stores;

import static io.millrace.stores.StoreCases.require;

import io.millrace.ChildJvm;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.line.LineFolder;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/**
 * Whole jobs on a store, each command a process of its own: config, lake, prepared set, checkpoints
 * and models all lie there.
 *
 * @param root a folder on the store
 */
record StoreJobs(Configuration hadoop, Path root) {
  private static final List<String> NIGHTS = List.of("2026-11-20", "2026-11-21");
  private static final String DATE = "${date}";
  private static final int IMAGES = 150;
  private static final int KILLED = 137;

  /** How a command ended. */
  private record Ended(int code, List<String> lines) {
    Ended well() {
      require(code == 0, "code %d: %s".formatted(code, String.join(" | ", said())));
      return this;
    }

    String last() {
      return lines.isEmpty() ? "" : lines.get(lines.size() - 1);
    }

    /** The last lines that are no stack trace. */
    private List<String> said() {
      List<String> said = lines.stream().filter(line -> !line.startsWith("\t")).toList();
      return said.subList(Math.max(0, said.size() - 5), said.size());
    }

    boolean says(String text) {
      return lines.stream().anyMatch(line -> line.contains(text));
    }
  }

  private String config(String source) {
    return """
        name: line
        output: %1$s/out
        source: {path: '%1$s/lake/%2$s'}
        dataset: {%3$svalidationShare: 0.1, blockRows: 16}
        input: {height: 8, width: 8, channels: 1}
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}]
        model: {depth: 8}
        learningRate: {base: 0.05, referenceBatch: 64, warmupEpochs: 1}
        training: {epochs: 3, workers: 2, batchPerWorker: 16}
        checkpoint: {everyMinutes: 0.01}
        line: {window: 2, heldOutShare: 0.2, leastHeldOut: 5, margin: 50}
        """
        .formatted(root, source, source.equals(DATE) ? "" : "path: '%s/set', ".formatted(root));
  }

  /** Writes the lake, and a set of its first night. */
  String prepare() throws Exception {
    for (int night = 0; night < NIGHTS.size(); night++) {
      java.nio.file.Path file = Files.createTempFile("night", ".parquet");
      Files.delete(file);
      List<Row> rows = new ArrayList<>();
      for (int i = night * IMAGES; i < (night + 1) * IMAGES; i++) {
        rows.add(new Row(Lake.encoded(Lake.picture(i, 10, 9, 1), "png"), (long) (i % 3)));
      }
      Lake.huggingFace(file, rows);
      Path to = new Path(root, "lake/%s/part-0.parquet".formatted(NIGHTS.get(night)));
      try (OutputStream out = to.getFileSystem(hadoop).create(to)) {
        Files.copy(file, out);
      }
      Files.delete(file);
    }
    return run("", NIGHTS.get(0), "prepare").well().last();
  }

  /**
   * One run that is killed by SIGKILL once two epochs are done and goes on, and one that is not.
   */
  String train() throws Exception {
    String night = NIGHTS.get(0);
    run("", night, "train", "--set", "name=straight").well();
    Ended cut = run("epoch 2/", night, "train", "--set", "name=cut");
    require(cut.code() == KILLED, "it was not killed, but ended with " + cut.code());
    Ended resumed = run("", night, "train", "--set", "name=cut", "--resume", "auto").well();
    require(resumed.says("resumed from"), "it did not go on: " + resumed.lines());
    require(weights("cut").equals(weights("straight")), "its weights are others");
    return "equal weights, " + resumed.last();
  }

  String evaluate() throws Exception {
    return run("", NIGHTS.get(0), "evaluate", "--set", "name=cut").well().last();
  }

  String nights() throws Exception {
    run("", DATE, "finetune", "--date", NIGHTS.get(0)).well();
    run("", DATE, "finetune", "--date", NIGHTS.get(1)).well();
    LineFolder line = LineFolder.existing(hadoop, new Path(root, "out/line"));
    String before = line.champions().toString();
    require(line.champions().promoted(NIGHTS.get(1)), "the second night is no champion: " + before);
    Ended again = run("", DATE, "finetune", "--date", NIGHTS.get(1)).well();
    require(again.says(": nothing to do"), "it did something: " + again.last());
    require(line.champions().toString().equals(before), "the champion is another one");
    Ended history = run("", DATE, "history").well();
    require(NIGHTS.stream().allMatch(history::says), "its history: " + history.lines());
    run("", DATE, "rollback", "--to", NIGHTS.get(0)).well();
    String now = line.champions().current().orElseThrow().night();
    require(now.equals(NIGHTS.get(0)), "rolled back to " + now);
    requireNothingLeft(new Path(root, "out"));
    return history.last();
  }

  /** Nobody may leave leases or half files behind. */
  private void requireNothingLeft(Path folder) throws IOException {
    for (FileStatus each : folder.getFileSystem(hadoop).listStatus(folder)) {
      String name = each.getPath().getName();
      require(!name.startsWith(".") && !name.endsWith(".part"), "left behind: " + each.getPath());
      if (each.isDirectory()) {
        requireNothingLeft(each.getPath());
      }
    }
  }

  private String weights(String run) throws IOException {
    Path model = new Path(root, "out/%s/model.zip".formatted(run));
    try (InputStream in = model.getFileSystem(hadoop).open(model)) {
      Map<String, String> entries = ZipEntries.ofAnyName(in);
      return entries.get("coefficients.bin") + entries.get("updaterState.bin");
    }
  }

  /** Runs a command, which is killed once it prints such a line; an empty one lets it end. */
  private Ended run(String last, String source, String command, String... more) throws Exception {
    Path file = new Path(root, "conf/%s.yaml".formatted(command));
    try (OutputStream out = file.getFileSystem(hadoop).create(file, true)) {
      out.write(config(source).getBytes(StandardCharsets.UTF_8));
    }
    List<String> words = new ArrayList<>(List.of("-Xmx2g", "-Dspark.driver.memory=2g"));
    words.add("-Dspark.master=local[2,4]");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-Dspark."))
        .forEach(words::add);
    words.addAll(List.of("io.millrace.cli.Main", command, "--config", file.toString()));
    words.addAll(List.of(more));
    Process process =
        ChildJvm.start(Map.of("OMP_NUM_THREADS", "1"), any -> true, words.toArray(String[]::new));
    List<String> lines = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (String read = out.readLine(); read != null; read = out.readLine()) {
        lines.add(read);
        if (!last.isEmpty() && read.startsWith(last)) {
          process.toHandle().destroyForcibly(); // the process itself would close its streams
        }
      }
    }
    return new Ended(process.waitFor(), lines);
  }
}
