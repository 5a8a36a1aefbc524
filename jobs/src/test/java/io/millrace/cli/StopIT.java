package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.Polling;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ends {@code deploy/submit train} with a signal, as a scheduler does. */
@Timeout(600)
class StopIT {
  private static final Path ROOT = Path.of("").toAbsolutePath().getParent();
  @TempDir private Path folder;

  @Test
  void aTermSignalEndsTrainingWith75AndNamesTheNewestCheckpoint() throws Exception {
    writeLakeAndConfig();
    prepareHere();
    Process train = submit("train");
    List<String> lines = new ArrayList<>();
    boolean asked = false;
    try (BufferedReader out = train.inputReader(StandardCharsets.UTF_8)) {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (!asked && line.startsWith("epoch 2/")) {
          asked = true; // a second signal would kill it
          train.toHandle().destroy(); // the process itself would close its streams
        }
      }
    }
    assertThat(train.waitFor()).as("%s", lines).isEqualTo(75);
    String stopped = "Stopped on request: --resume auto goes on from file:";
    assertThat(lines).last().asString().startsWith(stopped);
    Path checkpoint = Path.of(lines.get(lines.size() - 1).substring(stopped.length()));
    assertThat(checkpoint).hasParent(folder.resolve("out/run/checkpoints"));
    assertThat(checkpoint.resolve("manifest.json")).exists();
  }

  @Test
  void aTermSignalEndsPrepareInOneLineAndLeavesNoFiles() throws Exception {
    writeLakeAndConfig();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 64, 64, 3), "png"), i % 2));
    }
    Lake.huggingFace(folder.resolve("lake/train-1.parquet"), rows);
    Process prepare = submit("prepare");
    Polling.until("prepare has a folder", () -> !data().isEmpty());
    prepare.toHandle().destroy();
    List<String> lines = prepare.inputReader(StandardCharsets.UTF_8).lines().toList();
    assertThat(prepare.waitFor()).as("%s", lines).isEqualTo(75);
    assertThat(lines)
        .noneMatch(line -> line.startsWith("\tat "))
        .last()
        .isEqualTo(
            "Stopped on request: %s/set is as it was before; prepare begins anew"
                .formatted(folder));
    assertThat(data()).isEmpty();
  }

  private List<Path> data() throws IOException {
    Path set = folder.resolve("set");
    if (!Files.exists(set)) {
      return List.of();
    }
    try (var children = Files.list(set)) {
      return children.filter(path -> path.getFileName().toString().startsWith("data-")).toList();
    }
  }

  /** In this JVM, which has Spark's classes loaded. */
  private void prepareHere() {
    System.setProperty("spark.master", "local[2,4]");
    try {
      assertThat(Main.run("prepare", "--config", folder.resolve("run.yaml").toString())).isZero();
    } finally {
      System.clearProperty("spark.master");
    }
  }

  private Process submit(String command) throws IOException {
    return new ProcessBuilder(
            ROOT.resolve("deploy/submit").toString(),
            "--master",
            "local[2,4]",
            "--driver-memory",
            "1g",
            command,
            "--config",
            folder.resolve("run.yaml").toString())
        .redirectErrorStream(true)
        .start();
  }

  private void writeLakeAndConfig() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 8, 8, 1), "png"), i % 2));
    }
    Path lake = Files.createDirectory(folder.resolve("lake"));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows);
    Files.writeString(
        folder.resolve("run.yaml"),
        """
        output: %1$s/out
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, validationShare: 0}
        input: {height: 8, width: 8, channels: 1}
        model: {depth: 8}
        training: {epochs: 100000, workers: 2, batchPerWorker: 8}
        """
            .formatted(folder));
  }
}
