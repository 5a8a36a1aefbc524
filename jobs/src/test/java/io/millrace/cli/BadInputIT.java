package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.formats.ModelZip;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import io.millrace.wire.WeightVector;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a user reads who gives bad input: one line, and an exit code. The commands start and stop
 * Spark themselves, hence in a JVM without the tests' shared session, and of each kind of refusal
 * there is one; the others stand in {@code PrepareRejectionTest}.
 */
@Timeout(90)
class BadInputIT {
  @TempDir private Path folder;
  private Path lake;
  private Path file;

  private record Outcome(int code, String err) {}

  @BeforeEach
  void makeLake() throws IOException {
    System.setProperty("spark.master", "local[2,4]");
    lake = Files.createDirectory(folder.resolve("lake"));
    file = lake.resolve("train-0.parquet");
    Files.writeString(
        folder.resolve("run.yaml"),
        """
        name: run
        output: %1$s/out
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set}
        input: {height: 8, width: 8, channels: 3}
        model: {depth: 8}
        learningRate: {warmupEpochs: 0}
        training: {epochs: 1, workers: 2, batchPerWorker: 8}
        """
            .formatted(folder));
  }

  @AfterEach
  void forgetTheMaster() {
    System.clearProperty("spark.master");
  }

  @Test
  void aMissingColumn() throws IOException {
    Lake.huggingFace(file, rows(4));
    refused(
        2,
        "Invalid source.image: picture (must be a binary column or a struct with bytes of"
            + " train-0.parquet, which has image, label)",
        "prepare",
        "source.image=picture");
  }

  @Test
  void labelsOutOfRangeAndTruncatedImages() throws IOException {
    List<Row> rows = rows(7);
    rows.add(row(8, 7));
    rows.add(new Row(Lake.cut(image(9, "png")), 0));
    rows.add(new Row(Lake.cut(image(10, "jpg")), 0));
    Lake.huggingFace(file, rows);
    Outcome outcome = run("prepare", "source.classes=[a, b, c]");
    assertThat(outcome.err())
        .matches(
            "error: Cannot prepare "
                + lake
                + ": 3 of 10 rows cannot be used, 30.00 % \\(dataset.maxBadShare allows 1.00 %\\):"
                + " 2 unreadable image in train, 1 unknown label in train \\(7\\); see file:"
                + folder
                + "/set/quarantine-[-0-9a-f]+\n");
    assertThat(outcome.code()).isEqualTo(2);
  }

  @Test
  void aCutParquetFile() throws IOException {
    Lake.huggingFace(file, rows(4));
    Files.write(lake.resolve("train-1.parquet"), Arrays.copyOf(Files.readAllBytes(file), 300));
    refused(
        2,
        "Cannot read file:"
            + lake
            + "/train-1.parquet: it is cut or not a Parquet file (300 bytes, no valid footer)",
        "prepare");
  }

  @Test
  void whatTrainRefuses() throws IOException {
    Lake.huggingFace(file, rows(40));
    Outcome prepared = run("prepare");
    assertThat(prepared.code()).isZero();
    assertThat(prepared.err().lines())
        .as("but how far it is")
        .allMatch(each -> each.contains(" %"));
    refused(
        2,
        "Cannot train with 3 workers: local[2,4] has 2 slots (--master 'local[3,4]' has"
            + " as many, or lower training.workers)",
        "train",
        "training.workers=3",
        "name=slots");
    assertThat(plan("training.workers=3"))
        .as("a plan needs no slots")
        .contains(
            "\nwarning: train is refused here, with 3 workers: local[2,4] has 2 slots (--master"
                + " 'local[3,4]' has as many, or lower training.workers)\n");
    refused(
        2,
        "Invalid augment: gives 9 x 9 (must be the input's width x height, 8 x 8)"
            + "; "
            + folder
            + "/set has an image of 8 x 8 (width x height)",
        "plan",
        "augment=[{resize_short_side: {size: 9}}]");
    refused(
        2,
        "Cannot crop 9 x 9: the image is 8 x 8 with padding 0"
            + "; "
            + folder
            + "/set has an image of 8 x 8 (width x height)",
        "plan",
        "augment=[{random_crop: {height: 9, width: 9}}, {resize: {height: 8, width: 8}}]");
    String model = folder.resolve("out/run/model.zip").toString();
    assertThat(run("train").code()).isZero();
    refused(
        2,
        "Invalid init.from: "
            + model
            + " (must have the parameters of this run's network: 30 missing:"
            + " stage1_block2_conv1.W, stage1_block2_conv1_bn.gamma, stage1_block2_conv1_bn.beta,"
            + " stage1_block2_conv1_bn.mean, stage1_block2_conv1_bn.var, stage1_block2_conv2.W,"
            + " stage1_block2_conv2_bn.gamma, stage1_block2_conv2_bn.beta and 22 more;"
            + " strict: false beside init's kind: pretrained and path takes what fits, with a new"
            + " head for other classes)",
        "train",
        "name=deeper",
        "model.depth=14",
        "init.from=" + model);
    assertThat(folder.resolve("out/deeper")).doesNotExist();
    ModelZip whole = ModelZip.read(new Configuration(), model);
    Path cut = folder.resolve("cut.zip");
    try (OutputStream out = Files.newOutputStream(cut)) {
      new ModelZip(whole.configuration(), WeightVector.of(1, 2), WeightVector.of(), whole.card())
          .writeTo(out);
    }
    refused(
        2,
        "Cannot read model %s: its coefficients.bin has 137 bytes (must hold the %d parameters of its own network)"
            .formatted(cut, whole.parameters().length()),
        "train",
        "name=cut",
        "init.from=" + cut);
    Path blocked = Files.createFile(folder.resolve("blocked"));
    Outcome outcome = run("train", "output=" + blocked);
    assertThat(outcome.err())
        .startsWith("error: Cannot write to output folder " + blocked + "/run: ")
        .hasLineCount(1);
    assertThat(outcome.code()).isEqualTo(1);

    assertThat(run(List.of("--resume", "auto"), "train", "model.depth=14"))
        .isEqualTo(
            new Outcome(
                2,
                "error: Cannot resume from epoch 1: it was trained with model.depth = 8 (now 14)"
                    + " (set that back, or train anew: --set name=..., --overwrite)\n"));

    Path manifest = folder.resolve("set/manifest.json");
    Files.writeString(
        manifest,
        Files.readString(manifest).replace("\"formatVersion\" : 2", "\"formatVersion\" : 3"));
    refused(
        2,
        "Cannot read prepared data set "
            + folder
            + "/set: it has format version 3, this Millrace reads 2",
        "train",
        "name=newer");
  }

  /** What a plan that is none of bad input prints. */
  private String plan(String... settings) {
    PrintStream before = System.out;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
    try {
      assertThat(run("plan", settings)).isEqualTo(new Outcome(0, ""));
    } finally {
      System.setOut(before);
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private void refused(int code, String message, String command, String... settings) {
    assertThat(run(command, settings)).isEqualTo(new Outcome(code, "error: " + message + "\n"));
  }

  private Outcome run(String command, String... settings) {
    return run(List.of(), command, settings);
  }

  private Outcome run(List<String> flags, String command, String... settings) {
    List<String> words =
        new ArrayList<>(List.of(command, "--config", folder.resolve("run.yaml").toString()));
    for (String setting : settings) {
      words.addAll(List.of("--set", setting));
    }
    words.addAll(flags);
    PrintStream before = System.err;
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    try {
      int code = Main.run(words.toArray(String[]::new));
      return new Outcome(code, err.toString(StandardCharsets.UTF_8));
    } finally {
      System.setErr(before);
    }
  }

  private static List<Row> rows(int count) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i, i % 3));
    }
    return rows;
  }

  private static Row row(long seed, int label) throws IOException {
    return new Row(image(seed, "png"), label);
  }

  private static byte[] image(long seed, String format) throws IOException {
    return Lake.encoded(Lake.picture(seed, 8, 8, 3), format);
  }
}
