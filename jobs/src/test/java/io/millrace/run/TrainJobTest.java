package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.checkpoint.ZipEntries;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.formats.ModelZip;
import io.millrace.metrics.EpochMetrics;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.NativePass;
import io.millrace.report.ModelDescription;
import io.millrace.state.Position;
import io.millrace.state.RunState;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.Readers;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Whole runs, as {@code train} makes them: a residual net, augmentation, mixup, two workers. */
class TrainJobTest {
  private static final int EPOCHS = 3;
  private static final int UPDATES = 3;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> TIMES =
      List.of(
          "ended_at",
          "images_per_second",
          "wall_seconds",
          "validation_seconds",
          "seconds",
          "wait_share");

  @TempDir private static Path folder;

  /** 45 images to train on: two updates of 2 x 8, and one that shares 13 as 7 and 6. */
  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Prepared.lake(folder, 45, 12);
    Prepared.by(config("any"));
    train("straight", new Start.Anew(), () -> false);
  }

  private static RunConfig config(String name, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: %2$s
        output: %1$s
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, blockRows: 4, fileBlocks: 3}
        input: {height: 8, width: 8, channels: 1}
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}, horizontal_flip]
        model: {depth: 8}
        loss: {labelSmoothing: 0.1, mixing: {mixup: {alpha: 0.2}}}
        learningRate: {referenceBatch: 16, warmupEpochs: 1}
        training: {epochs: %3$d, workers: 2, batchPerWorker: 8}
        averaging: {every: 2}
        shuffle: {window: 2}
        """
            .formatted(folder, name, EPOCHS),
        List.of(overrides));
  }

  private static void train(String name, Start start, BooleanSupplier stop, String... overrides)
      throws IOException {
    TrainJob.run(SharedSpark.session(), config(name, overrides), start, stop);
  }

  private static Path file(String run, String file) {
    return folder.resolve(run).resolve(file);
  }

  private static void assertEqualRuns(String run, String other) throws IOException {
    assertEqualRuns(run, other, EPOCHS);
  }

  private static void assertEqualRuns(String run, String other, int epochs) throws IOException {
    assertThat(model(run)).containsKey("millrace.json").isEqualTo(model(other));
    for (int epoch = 1; epoch <= epochs; epoch++) {
      assertThat(weights(run, epoch)).isEqualTo(weights(other, epoch));
    }
    assertThat(metrics(run)).hasSize(epochs).isEqualTo(metrics(other));
  }

  private static Map<String, String> model(String run) throws IOException {
    return ZipEntries.ofAnyName(Files.newInputStream(file(run, "model.zip")));
  }

  private static RunState weights(String run, int epoch) throws IOException {
    String path = file(run, "checkpoints/epoch-000" + epoch).toString();
    return CheckpointStore.read(new Configuration(), path).state();
  }

  private static List<JsonNode> metrics(String run) throws IOException {
    List<JsonNode> epochs = new ArrayList<>();
    for (String line : Files.readAllLines(file(run, "metrics.jsonl"))) {
      epochs.add(JSON.readValue(line, ObjectNode.class).without(TIMES));
    }
    return epochs;
  }

  /** Who goes on within an epoch reads again what was read ahead. */
  private static List<JsonNode> withoutBytesRead(String run) throws IOException {
    List<JsonNode> epochs = metrics(run);
    epochs.forEach(epoch -> ((ObjectNode) epoch).remove("bytes_read"));
    return epochs;
  }

  @Test
  void theSameRunTwiceLeavesTheSameBytes() throws IOException {
    train("straight", new Start.Anew(), () -> false, "output=" + folder.resolve("twice"));
    assertEqualRuns("twice/straight", "straight");
    assertThat(file("twice/straight", "model.zip"))
        .hasSameBinaryContentAs(file("straight", "model.zip"));
    assertThat(weights("twice/straight", 2).parameters().toArray())
        .isNotEqualTo(weights("twice/straight", 3).parameters().toArray());
  }

  @Test
  void metricsSayWhereTheTimeWent() throws IOException {
    for (String line : Files.readAllLines(file("straight", "metrics.jsonl"))) {
      JsonNode epoch = JSON.readTree(line);
      JsonNode seconds = epoch.get("seconds");
      for (String always :
          List.of("decode", "augment", "compute", "serialise", "aggregate", "broadcast")) {
        assertThat(seconds.get(always).asDouble()).as(always).isPositive();
      }
      // A round may find its blocks read by the one before, and its longest task take all its time.
      assertThat(seconds.get("read").asDouble()).isNotNegative();
      assertThat(seconds.get("schedule").asDouble()).isNotNegative();
      double workers = sum(seconds, "compute", "serialise", "waiting");
      double driver = sum(seconds, "schedule", "aggregate", "broadcast");
      assertThat(workers / 2 + driver).isLessThan(epoch.get("wall_seconds").asDouble());
    }
  }

  private static double sum(JsonNode seconds, String... parts) {
    return Stream.of(parts).mapToDouble(part -> seconds.get(part).asDouble()).sum();
  }

  @Test
  void oneWorkerTrainsTheSameTwiceToo() throws IOException {
    String[] alone = {"training.workers=1", "training.epochs=1", "learningRate.warmupEpochs=0"};
    train("one", new Start.Anew(), () -> false, alone);
    train("one-twice", new Start.Anew(), () -> false, alone);
    assertEqualRuns("one-twice", "one", 1);
    assertThat(weights("one", 1).parameters().toArray())
        .isNotEqualTo(weights("straight", 1).parameters().toArray());
  }

  @Test
  void aRunThatIsStoppedAndResumedEqualsTheStraightOne() throws IOException {
    Path checkpoint = file("stopped", "checkpoints/epoch-0001");
    assertThatThrownBy(() -> train("stopped", new Start.Anew(), () -> Files.exists(checkpoint)))
        .isInstanceOf(StoppedException.class)
        .hasMessage("Stopped on request: --resume auto goes on from file:" + checkpoint);
    assertThat(file("stopped", "checkpoints/epoch-0002")).doesNotExist();
    assertThat(file("stopped", "report.html")).content().contains("<dd>1 of 3</dd>");
    train("stopped", new Start.From("auto"), () -> false);
    assertEqualRuns("stopped", "straight");
    assertThat(file("stopped", "report.html")).content().contains("<dd>3</dd>");
  }

  @Test
  void aRunThatIsOverKeepsItsModelAndNoEvaluationOfAnother() throws IOException {
    Path model = file("straight", "model.zip");
    byte[] bytes = Files.readAllBytes(model);
    Path evaluation = Files.writeString(file("straight", "evaluation-test.json"), "{}");
    train("straight", new Start.From("auto"), () -> false);
    assertThat(model).hasBinaryContent(bytes);
    assertThat(evaluation).exists();

    byte[] other = bytes.clone();
    other[bytes.length / 2] ^= 1;
    Files.write(model, other);
    train("straight", new Start.From("auto"), () -> false);
    assertThat(model).hasBinaryContent(bytes);
    assertThat(evaluation).doesNotExist();
  }

  @Test
  void whatTheModelIsStandsBesideItForPeople() throws IOException {
    String text = Files.readString(file("straight", "model.md"));
    byte[] model = Files.readAllBytes(file("straight", "model.zip"));
    assertThat(ModelDescription.isOf(text, DigestUtils.sha256Hex(model))).isTrue();
    assertThat(text.lines().filter(line -> line.startsWith("## ")))
        .containsExactly(
            "## Intended use",
            "## Data",
            "## Recipe",
            "## Metrics",
            "## Provenance",
            "## How to load it");
    assertThat(text).contains("| class | train | validation |").contains("| class | precision |");
  }

  @Test
  void aRunThatFailsAfterAnEpochLeavesAReportToo() {
    Path checkpoint = file("failed", "checkpoints/epoch-0001");
    BooleanSupplier failing =
        () -> {
          if (Files.exists(checkpoint)) {
            throw new IllegalStateException("Cannot go on");
          }
          return false;
        };
    assertThatThrownBy(() -> train("failed", new Start.Anew(), failing)).hasMessage("Cannot go on");
    assertThat(file("failed", "report.html")).content().contains("<dd>1 of 3</dd>");
    assertThat(file("failed", "model.zip")).doesNotExist();
  }

  @Test
  void aRunThatWouldBeLostOrMixedIsRefusedBeforeItIsPlanned() {
    String unplannable = "training.workers=46";
    assertThatThrownBy(() -> train("straight", new Start.Anew(), () -> false, unplannable))
        .hasMessage(
            "Cannot train: file:%s/straight holds a run already (--resume auto goes on with it,"
                    .formatted(folder)
                + " --overwrite starts over, --set name=... makes another)");
    assertThatThrownBy(() -> train("straight", new Start.From("auto"), () -> false, unplannable))
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with training.workers = 2 (now 46) (set"
                + " that back, or train anew: --set name=..., --overwrite)");
  }

  @Test
  void startingOverFromWeightsThatAreMissingLosesNothing() {
    assertThatThrownBy(
            () ->
                train(
                    "straight",
                    new Start.Over(),
                    () -> false,
                    "init.from=" + file("no", "such.zip")))
        .hasMessageContaining("such.zip");
    assertThat(file("straight", "checkpoints/epoch-0003")).exists();
    assertThat(file("straight", "model.zip")).exists();
  }

  @Test
  void aRunStoppedWithinAnEpochGoesOnFromThatRound() throws IOException {
    int[] looks = {0};
    BooleanSupplier inTheSecondEpoch = () -> ++looks[0] == 4;
    Path checkpoint = file("within", "checkpoints/epoch-0001-round-00001");
    assertThatThrownBy(() -> train("within", new Start.Anew(), inTheSecondEpoch))
        .hasMessage("Stopped on request: --resume auto goes on from file:" + checkpoint);
    assertThat(CheckpointStore.read(new Configuration(), checkpoint.toString()).state().position())
        .isEqualTo(new Position(0, 1, 1, 2, UPDATES + 2));
    train("within", new Start.From("auto"), () -> false);
    assertThat(model("within")).isEqualTo(model("straight"));
    assertThat(weights("within", EPOCHS)).isEqualTo(weights("straight", EPOCHS));
    assertThat(withoutBytesRead("within")).isEqualTo(withoutBytesRead("straight"));
  }

  @Test
  void aRunStoppedBeforeItsFirstRoundHasNothingToGoOnFrom() {
    assertThatThrownBy(() -> train("early", new Start.Anew(), () -> true))
        .isInstanceOf(StoppedException.class)
        .hasMessage("Stopped on request: there is no checkpoint yet")
        .matches(e -> !((StoppedException) e).resumable());
    assertThat(file("early", "report.html")).doesNotExist();
  }

  @Test
  void aRunGoesOnFromACheckpointOfAnother() throws IOException {
    String checkpoint = file("straight", "checkpoints/epoch-0002").toString();
    train("from-path", new Start.From(checkpoint), () -> false);
    assertThat(model("from-path")).isEqualTo(model("straight"));
    assertThat(metrics("from-path")).as("all the way").isEqualTo(metrics("straight"));
  }

  @Test
  void aSecondJvmWithDl4jAlonePredictsTheSameAndTrainsOn() throws Exception {
    Path zip = file("straight", "model.zip");
    Map<String, String> seen = SecondJvm.open(zip);
    ModelZip model = ModelZip.read(new Configuration(), zip.toString());
    int updates = UPDATES * bestEpoch(metrics("straight"));
    assertThat(SecondJvm.floats(seen.get("probabilities")))
        .containsExactly(probabilities(model), within(1e-4f));
    assertThat(SecondJvm.floats(seen.get("state"))).isEqualTo(model.updaterState().toArray());
    assertThat(seen)
        .containsEntry("counts", updates + "," + updates / UPDATES)
        .containsEntry("fitted", updates + 1 + ",true");
  }

  private static int bestEpoch(List<JsonNode> metrics) {
    JsonNode best = metrics.get(0);
    for (JsonNode epoch : metrics) {
      best = epoch.get("val_top1").asDouble() > best.get("val_top1").asDouble() ? epoch : best;
    }
    return best.get("epoch").asInt();
  }

  /** What the network on native layers says of the images that the second JVM looks at. */
  private static float[] probabilities(ModelZip model) {
    var canonical = NetworkJson.read(model.configuration());
    ComputationGraph stock = new ComputationGraph(canonical.clone());
    stock.init();
    var accelerated = NativePass.accelerate(canonical);
    ComputationGraph net = accelerated.network();
    accelerated
        .table(ParameterLayout.of(stock), net)
        .toReplica(Nd4j.createFromArray(model.parameters().toArray()), net.params());
    INDArray images = Nd4j.linspace(DataType.FLOAT, -1, 0.015625, 2 * 64).reshape(2, 1, 8, 8);
    return net.outputSingle(images).dup('c').data().asFloat();
  }

  @Test
  void aRunIsKnownByWhateverIsLeftOfIt() throws IOException {
    for (String left : List.of("metrics.jsonl", "manifest.json", "model.zip", "checkpoints/x")) {
      Path run = folder.resolve("left-" + left.replace('/', '-'));
      Files.createDirectories(run.resolve(left).getParent());
      Files.writeString(run.resolve(left), "");
      assertThatThrownBy(() -> train(run.getFileName().toString(), new Start.Anew(), () -> false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("holds a run already");
    }
  }

  @Test
  void twoRunsAtOnceAreNotMixed() throws IOException {
    String run = file("straight", "").toString();
    Holder first = Holder.here("train", "local-1");
    try (Lease held =
        Lease.take(new Configuration(), new org.apache.hadoop.fs.Path(run), first, () -> false)) {
      for (Start start : List.of(new Start.Anew(), new Start.Over(), new Start.From("auto"))) {
        assertThatThrownBy(() -> train("straight", start, () -> false))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("Cannot train: file:%s is in use by train on ", run);
      }
      held.check();
    }
    assertThat(file("straight", ".lease")).doesNotExist();
  }

  @Test
  void aRunThatWaitsForItsFolderEndsWhenItIsAskedTo() throws IOException {
    Files.createDirectories(file("waiting", ""));
    Files.writeString(file("waiting", ".lease"), "of a process that cannot be seen from here");
    assertThatThrownBy(() -> train("waiting", new Start.Anew(), () -> true))
        .isInstanceOf(StoppedException.class)
        .hasMessageEndingWith("waiting for the folder to become free: nothing was begun")
        .matches(e -> ((StoppedException) e).resumable());
    assertThat(file("waiting", "")).isDirectoryContaining("glob:**/.lease");
  }

  @Test
  void modelZipHoldsTheBestEpochOrTheLast() throws IOException {
    String[] wild = {"learningRate.base=3", "training.keepCheckpoints=1", "training.epochs=4"};
    TrainReport report =
        TrainJob.run(SharedSpark.session(), config("wild", wild), new Start.Anew(), () -> false);
    EpochMetrics best = null;
    for (EpochMetrics epoch : report.epochs()) {
      best = best == null || epoch.valTop1() > best.valTop1() ? epoch : best;
    }
    assertThat(best.epoch()).as("or else nothing is shown here").isLessThan(4);
    assertThat(report.modelIs())
        .isEqualTo(
            String.format(
                java.util.Locale.ROOT,
                "epoch %d, top-1 %.4f, the best of 4",
                best.epoch(),
                best.valTop1()));
    assertThat(report.validated().orElseThrow().top1()).isEqualTo(best.valTop1());
    ModelZip model = ModelZip.read(new Configuration(), report.model());
    assertThat(model.parameters()).isEqualTo(weights("wild", best.epoch()).parameters());
    assertThat(file("wild", "checkpoints").toFile().list())
        .containsExactlyInAnyOrder("epoch-000" + best.epoch(), "epoch-0004");

    byte[] bytes = Files.readAllBytes(file("wild", "model.zip"));
    train("wild", new Start.From("auto"), () -> false, wild);
    assertThat(file("wild", "model.zip")).hasBinaryContent(bytes);

    String[] last =
        Stream.concat(Stream.of(wild), Stream.of("evaluation.keep=last")).toArray(String[]::new);
    report =
        TrainJob.run(
            SharedSpark.session(), config("wild", last), new Start.From("auto"), () -> false);
    assertThat(report.modelIs()).isEqualTo("epoch 4, the last");
    model = ModelZip.read(new Configuration(), report.model());
    assertThat(model.parameters()).isEqualTo(weights("wild", 4).parameters());
  }

  @Test
  void anOutputFolderThatIsDeletedInMidRunIsSaidAndNotMadeAgain() {
    Path run = folder.resolve("deleted");
    int[] looks = {0};
    assertThatThrownBy(
            () ->
                train(
                    "deleted",
                    new Start.Anew(),
                    () -> {
                      if (++looks[0] == 4) {
                        delete(run);
                      }
                      return false;
                    }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot go on in file:%s: the folder was deleted, or cleared, by somebody else", run);
    assertThat(run).doesNotExist();
  }

  @Test
  void aPreparedSetThatIsDeletedInMidRunIsSaidWithHowToGoOn() throws IOException {
    Path set = folder.resolve("set-to-lose");
    copy(folder.resolve("set"), set);
    assertThatThrownBy(
            () ->
                train(
                    "lost-set",
                    new Start.Anew(),
                    () -> {
                      delete(set);
                      return false;
                    },
                    "dataset.path=" + set))
        .isInstanceOf(IllegalStateException.class)
        .message()
        .startsWith("Cannot go on: of the prepared data set file:" + set + " file data-")
        .endsWith(
            " is missing (it was removed or replaced while it was read; with the same set in"
                + " place, there is no checkpoint yet: train again)")
        .hasLineCount(1);
  }

  @Test
  void aFileThatCannotBeWrittenIsTriedToTheEndAndTheRunIsResumed() throws IOException {
    Path inTheWay = Files.createDirectories(file("unwritable", "summary.csv/x"));
    assertThatThrownBy(() -> train("unwritable", new Start.Anew(), () -> false))
        .isInstanceOf(IllegalStateException.class)
        .message()
        .startsWith("Cannot write file:" + file("unwritable", "summary.csv") + ": ")
        .endsWith(
            " (--resume auto goes on from file:%s)"
                .formatted(file("unwritable", "checkpoints/epoch-0003")))
        .hasLineCount(1);
    delete(inTheWay.getParent());
    Files.writeString(file("unwritable", "metrics.jsonl"), "{\"epoch\":1,\"upd");
    train("unwritable", new Start.From("auto"), () -> false);
    assertEqualRuns("unwritable", "straight");
  }

  @Test
  void checkpointsFailWhileTrainingGoesOnUntilTooManyHave() throws IOException {
    Path inTheWay = file("full", "checkpoints/epoch-0001");
    Files.createDirectories(inTheWay.getParent());
    Files.createFile(inTheWay);
    train("full", new Start.Over(), () -> false);
    assertThat(model("full")).as("also where the best epoch has none").isEqualTo(model("straight"));
    assertThat(metrics("full")).isEqualTo(metrics("straight"));
    assertThat(weights("full", EPOCHS)).isEqualTo(weights("straight", EPOCHS));

    assertThatThrownBy(() -> train("full", new Start.Over(), () -> false, "checkpoint.failures=1"))
        .isInstanceOf(StoppedException.class)
        .message()
        .startsWith(
            "Stopped, as checkpoints fail. The checkpoint of epoch 1 could not be written: ")
        .endsWith(", failure 1 in a row: there is no checkpoint yet")
        .hasLineCount(1);
  }

  @Test
  void checkpointsByMinutesLieWithinEpochsAndChangeNothing() throws IOException {
    String[] often = {
      "checkpoint={everyEpochs: 2, everyMinutes: 1e-9}", "training.keepCheckpoints=99"
    };
    train("often", new Start.Anew(), () -> false, often);
    assertThat(file("often", "checkpoints").toFile().list())
        .contains("epoch-0000-round-00001", "epoch-0002", "epoch-0003");
    assertThat(model("often")).isEqualTo(model("straight"));
    Path within = file("often", "checkpoints/epoch-0000-round-00001");
    train(
        "from-within", new Start.From(within.toString()), () -> false, "checkpoint.everyEpochs=9");
    assertThat(model("from-within")).isEqualTo(model("straight"));
    assertThat(withoutBytesRead("from-within")).isEqualTo(withoutBytesRead("straight"));
    assertThat(file("from-within", "checkpoints").toFile().list())
        .as("the best and the last")
        .contains("epoch-0003")
        .doesNotContain("epoch-0002");
  }

  @Test
  void aRunIsTrainedOnWhereItsScheduleAllowsItAndElseWhereItIsAccepted() throws IOException {
    String[] constant = {"learningRate.schedule=constant", "training.workers=1"};
    String[] two = {constant[0], constant[1], "training.epochs=2"};
    train("three", new Start.Anew(), () -> false, constant);
    train("two", new Start.Anew(), () -> false, two);
    train("two", new Start.From("auto"), () -> false, constant);
    assertEqualRuns("two", "three");

    String[] cosine = {"learningRate.schedule=cosine", "training.workers=1"};
    assertThatThrownBy(() -> train("two", new Start.From("auto"), () -> false, cosine))
        .hasMessage(
            "Cannot resume from epoch 3: it was trained with learningRate.minRate = unset (now 0.0),"
                + " learningRate.schedule = constant (now cosine), which changes the learning rate,"
                + " of update 7 0.0491481 (was 0.05): --accept learningRate goes on with that (set"
                + " that back, or train anew: --set name=..., --overwrite)");
    TrainJob.run(
        SharedSpark.session(),
        config("two", cosine[0], cosine[1], "training.epochs=4"),
        new Start.From("auto"),
        () -> false,
        Set.of(Accept.LEARNING_RATE),
        "");
    assertThat(metrics("two")).hasSize(4);
    assertThat(metrics("two").subList(0, 3)).isEqualTo(metrics("three"));
  }

  @Test
  void aGroupWhoseScheduleFollowsTheLengthOfTheRunIsNotTrainedOnWithoutAWord() throws IOException {
    String[] one = {
      "learningRate.schedule=constant",
      "training.workers=1",
      "optimizer.groups=[{names: output.*}, {names: stem*, schedule: linear}]",
      "training.epochs=2"
    };
    train("group", new Start.Anew(), () -> false, one);
    String[] longer = {one[0], one[1], one[2], "training.epochs=3"};
    assertThatThrownBy(() -> train("group", new Start.From("auto"), () -> false, longer))
        .hasMessageContaining(
            "training.epochs = 2 (now 3), which changes the learning rate of optimizer.groups[1],"
                + " of update 7 0.0458333 (was 0.0416667): --accept learningRate goes on with that");
  }

  /** Asks at the end of a round: what is trained, or evaluated, after it is given up. */
  @Test
  void aRunWhoseGraceIsOverGoesOnFromTheLastWholeRound() throws IOException {
    StopRequest impatient =
        new StopRequest() {
          private Runnable hearing;
          private int looks;

          @Override
          public void whenAsked(Runnable heard) {
            hearing = heard;
          }

          @Override
          public boolean getAsBoolean() {
            if (++looks == 2) {
              hearing.run();
            }
            return false;
          }
        };
    assertThatThrownBy(() -> train("impatient", new Start.Anew(), impatient, "checkpoint.grace=0"))
        .isInstanceOf(StoppedException.class)
        .hasMessageMatching(
            "Stopped on request: --resume auto goes on from file:%s/epoch-\\d+(-round-\\d+)?"
                .formatted(file("impatient", "checkpoints")));
    train("impatient", new Start.From("auto"), () -> false);
    assertThat(model("impatient")).isEqualTo(model("straight"));
    assertThat(withoutBytesRead("impatient")).isEqualTo(withoutBytesRead("straight"));
  }

  /** A net without batch statistics, nothing mixed or dropped. */
  @Test
  void otherWorkersGoOnWithinAnEpochFromTheSameGlobalBatches() throws IOException {
    String[] two = {
      "model={architecture: vgg, depth: 11, width: 4, dense: 16, dropout: 0}",
      "input={height: 32, width: 32}",
      "augment=[{resize: {height: 32, width: 32}}, horizontal_flip]",
      "loss.mixing=null",
      "averaging.every=1",
      "optimizer.kind=momentum",
      "training.epochs=2"
    };
    String[] one =
        Stream.concat(Stream.of(two), Stream.of("training.workers=1", "training.batchPerWorker=16"))
            .toArray(String[]::new);
    train("two-workers", new Start.Anew(), () -> false, two);
    int[] looks = {0};
    assertThatThrownBy(() -> train("elastic", new Start.Anew(), () -> ++looks[0] == 3, two))
        .hasMessageContaining("epoch-0000-round-00002");
    train("elastic", new Start.From("auto"), () -> false, one);
    float[] straight = weights("two-workers", 2).parameters().toArray();
    float[] elastic = weights("elastic", 2).parameters().toArray();
    for (int i = 0; i < straight.length; i++) {
      assertThat(elastic[i]).isCloseTo(straight[i], within(1e-5f));
    }
    assertThat(elastic).as("other sums of the same").isNotEqualTo(straight);
    assertThat(elastic).isNotEqualTo(weights("two-workers", 1).parameters().toArray());
    assertThatThrownBy(
            () ->
                train(
                    "elastic",
                    new Start.From("auto"),
                    () -> false,
                    Stream.concat(Stream.of(two), Stream.of("training.workers=1"))
                        .toArray(String[]::new)))
        .hasMessageContaining("training.batchPerWorker = 16 (now 8)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          outer | averaging={every: 1, outer: bmuf} | what an average of workers comes to, what batch norms, mixing see within a worker
          mixed | averaging.every=1                 | which changes what batch norms, mixing see within a worker
          """)
  void whatHangsOnTheWorkersGoesOnWithOthersWhereThatIsAccepted(
      String run, String setting, String changes) throws IOException {
    String[] two = {setting, "training.epochs=1"};
    String[] one = {setting, two[1], "training.workers=1", "training.batchPerWorker=16"};
    train(run, new Start.Anew(), () -> false, two);
    assertThatThrownBy(() -> train(run, new Start.From("auto"), () -> false, one))
        .hasMessageContaining(changes)
        .hasMessageContaining("--accept batch goes on with that");
  }

  @Test
  void aRunThatGetsNoBetterEndsEarlyAndStaysSo() throws IOException {
    String[] early = {"earlyStopping={metric: train-loss, patience: 1, threshold: 100}"};
    train("early-end", new Start.Anew(), () -> false, early);
    assertThat(metrics("early-end")).isEqualTo(metrics("straight").subList(0, 2));
    assertThat(weights("early-end", 2).parameters()).isEqualTo(weights("straight", 2).parameters());
    assertThat(file("early-end", "model.zip")).exists();
    train("early-end", new Start.From("auto"), () -> false, early);
    assertThat(metrics("early-end")).hasSize(2);
    train("early-end", new Start.From("auto"), () -> false);
    assertThat(model("early-end")).isEqualTo(model("straight"));
    assertThat(metrics("early-end")).isEqualTo(metrics("straight"));
  }

  @Test
  void roundsByAScheduleAreResumedAtTheEndOfAnEpoch() throws IOException {
    String[] local = {
      "averaging.every={post-local: {updates: 3}}",
      "learningRate.schedule=multi-step",
      "learningRate.stepEpochs=[1.7]"
    };
    train("local", new Start.Anew(), () -> false, local);
    assertThat(metrics("local"))
        .extracting(epoch -> epoch.get("rounds").asInt())
        .containsExactly(3, 3, 1);
    Path checkpoint = file("local-stopped", "checkpoints/epoch-0002");
    assertThatThrownBy(
            () -> train("local-stopped", new Start.Anew(), () -> Files.exists(checkpoint), local))
        .isInstanceOf(StoppedException.class);
    train("local-stopped", new Start.From("auto"), () -> false, local);
    assertEqualRuns("local-stopped", "local");
    assertThat(weights("local", 3)).isNotEqualTo(weights("straight", 3));
    assertThatThrownBy(() -> train("local-stopped", new Start.From("auto"), () -> false))
        .hasMessageContaining("averaging.every = unset (now 2)");
  }

  @Test
  void aRunHoldsTheSnapshotThatItReads() throws IOException {
    Readers readers =
        Readers.look(
            new Configuration(), new org.apache.hadoop.fs.Path(folder.resolve("set").toString()));
    List<String> read = new ArrayList<>();
    BooleanSupplier look =
        () -> {
          try {
            return read.addAll(readers.parts()); // stops
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    assertThatThrownBy(() -> train("reader", new Start.Anew(), look))
        .isInstanceOf(StoppedException.class);
    assertThat(read).singleElement().asString().startsWith("data-");
    assertThat(readers.parts()).isEmpty();
  }

  private static void delete(Path folder) {
    try {
      RunFolder.existing(new Configuration(), new org.apache.hadoop.fs.Path(folder.toString()))
          .delete("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }
}
