package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.SharedSpark;
import io.millrace.formats.ModelZip;
import io.millrace.metrics.EpochMetrics;
import io.millrace.model.NetworkJson;
import io.millrace.model.ParameterLayout;
import io.millrace.model.layers.NativePass;
import io.millrace.report.ModelDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What a run leaves, and that it is the same each time. */
class TrainJobTest extends WholeRuns {
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
      JsonNode epoch = new ObjectMapper().readTree(line);
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

  private static double sum(JsonNode seconds, String... parts) {
    return Stream.of(parts).mapToDouble(part -> seconds.get(part).asDouble()).sum();
  }

  private static int bestEpoch(List<ObjectNode> metrics) {
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
}
