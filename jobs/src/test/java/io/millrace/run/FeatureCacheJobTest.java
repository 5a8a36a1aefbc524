package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.RunConfig;
import io.millrace.state.RunState;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs whose frozen trunk is asked once an image. */
class FeatureCacheJobTest {
  /** A head alone; a cut within a residual block, where two arrays go up; all. */
  private static final String STAGES =
      "stages=[{name: head, epochs: 2, train: head, featureCache: %1$s},"
          + " {name: within, epochs: 1, train: ['stage3_block1_conv2', head], featureCache: %1$s}]";

  private static final List<String> JOBS = new CopyOnWriteArrayList<>();

  @TempDir private static Path folder;

  @BeforeAll
  static void prepareAndTrain() throws Exception {
    Prepared.lake(folder, 45, 12);
    Prepared.by(config("any"));
    train("images", new Start.Anew(), () -> false, STAGES.formatted(false));
    SparkContext spark = SharedSpark.session().sparkContext();
    JobsByDescription jobs = new JobsByDescription(JOBS);
    spark.addSparkListener(jobs);
    train("features", new Start.Anew(), () -> false, STAGES.formatted(true));
    spark.listenerBus().waitUntilEmpty();
    spark.removeSparkListener(jobs);
  }

  /** What jobs say that they do, in their order. */
  private static final class JobsByDescription extends SparkListener {
    private final List<String> seen;

    JobsByDescription(List<String> seen) {
      this.seen = seen;
    }

    @Override
    public void onJobStart(SparkListenerJobStart start) {
      seen.add(start.properties().getProperty("spark.job.description"));
    }
  }

  private static RunConfig config(String name, String... overrides) {
    return Prepared.config(
        folder,
        name,
        """
        augment: [{resize: {height: 8, width: 8}}]
        model: {depth: 8}
        learningRate: {base: 0.05, referenceBatch: 16}
        training: {workers: 2, batchPerWorker: 6, keepCheckpoints: 9}
        averaging: {every: 2, shadows: [{ema: {recalibrate: 0.5}}]}
        shuffle: {window: 2}
        """,
        overrides);
  }

  private static void train(String name, Start start, BooleanSupplier stop, String... overrides)
      throws IOException {
    TrainJob.run(SharedSpark.session(), config(name, overrides), start, stop);
  }

  private static RunState state(String run, int epoch) throws IOException {
    String path = folder.resolve(run + "/checkpoints/epoch-000" + epoch).toString();
    return CheckpointStore.read(new Configuration(), path).state();
  }

  /** All of an epoch that is neither time nor what was read. */
  private static List<ObjectNode> metrics(String run) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run + "/metrics.jsonl"))) {
      ObjectNode epoch = (ObjectNode) new ObjectMapper().readTree(line);
      List<String> varying = new ArrayList<>();
      epoch.fieldNames().forEachRemaining(varying::add);
      varying.removeIf(key -> !key.matches(".*(loss|top|examples|epoch|stage|updates|rate).*"));
      lines.add(epoch.retain(varying));
    }
    return lines;
  }

  @Test
  void featuresGiveTheBitsOfImages() throws IOException {
    for (int epoch = 1; epoch <= 3; epoch++) {
      RunState images = state("images", epoch);
      RunState features = state("features", epoch);
      assertThat(features.parameters()).as("epoch %d", epoch).isEqualTo(images.parameters());
      assertThat(features.state()).isEqualTo(images.state());
      assertThat(features.memories()).isEqualTo(images.memories());
    }
    assertThat(state("features", 1).parameters()).isNotEqualTo(state("features", 2).parameters());
    assertThat(state("features", 2).parameters()).isNotEqualTo(state("features", 3).parameters());
    assertThat(metrics("features")).isEqualTo(metrics("images")).hasSize(3);
  }

  @Test
  void imagesAreNotReadWhereFeaturesAreFed() throws IOException {
    for (String line : Files.readAllLines(folder.resolve("features/metrics.jsonl"))) {
      assertThat(new ObjectMapper().readTree(line).get("bytes_read").asLong()).isZero();
    }
    for (String line : Files.readAllLines(folder.resolve("images/metrics.jsonl"))) {
      assertThat(new ObjectMapper().readTree(line).get("bytes_read").asLong()).isPositive();
    }
  }

  @Test
  void eachStageComputesTheFeaturesOfEachSplitOnce() {
    assertThat(JOBS)
        .filteredOn(job -> job != null && job.startsWith("features of "))
        .containsExactly(
            "features of the training set",
            "features of the images that are validated on",
            "features of the training set",
            "features of the images that are validated on");
  }

  @Test
  void weightsOfAnotherTrunkAreNotValidatedOnItsFeatures() throws IOException {
    TrainingSetup head =
        StagedSetup.of(config("served", STAGES.formatted(true)), new Configuration()).get(0);
    ComputationGraph net = head.network().blank();
    float[] weights = new float[(int) net.numParams()];
    float[] ofTrunk = weights.clone();
    ofTrunk[0] = 1;
    float[] ofHead = weights.clone();
    ofHead[weights.length - 1] = 1;
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
    try (ValidatedFeatures features =
        StageFeatures.validated(spark, head, () -> WeightVector.of(weights))) {
      assertThat(features.serve(WeightVector.of(weights))).isTrue();
      assertThat(features.serve(WeightVector.of(ofHead))).isTrue();
      assertThat(features.serve(WeightVector.of(ofTrunk))).isFalse();
    }
  }

  @Test
  void resumedWithinAStageItIsTheStraightRun() throws IOException {
    Path checkpoint = folder.resolve("resumed/checkpoints/epoch-0001/manifest.json");
    String stages = STAGES.formatted(true);
    assertThatThrownBy(
            () -> train("resumed", new Start.Anew(), () -> Files.exists(checkpoint), stages))
        .isInstanceOf(StoppedException.class);
    train("resumed", new Start.From("auto"), () -> false, stages);
    for (int epoch = 2; epoch <= 3; epoch++) {
      assertThat(state("resumed", epoch).parameters())
          .isEqualTo(state("features", epoch).parameters());
    }
  }

  @Test
  void thePlanSaysWhatIsKept() throws IOException {
    List<TrainingSetup> stages =
        StagedSetup.of(config("plan", STAGES.formatted(true)), new Configuration());
    List<String> lines = StagedSetup.lines(stages, StagedSetup.plans(stages));
    assertThat(lines)
        .contains(
            "features       0.3 KB of each example in the place of its image: 15.3 KB in all on"
                + " executors, in memory where there is room and else on disk; the trunk computes"
                + " them once",
            "features       2.0 KB of each example in the place of its image: 0.1 MB in all on"
                + " executors, in memory where there is room and else on disk; the trunk computes"
                + " them once");
    assertThat(lines).filteredOn(line -> line.startsWith("features")).hasSize(2);
  }

  private static void refused(String why, String... overrides) {
    assertThatThrownBy(() -> StagedSetup.of(config("refused", overrides), new Configuration()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid stages[0].featureCache: true (must be false where " + why + "; in stage a)");
  }

  @Test
  void whatDoesNotGoWithFeaturesIsRefusedByName() {
    String head = "stages=[{name: a, epochs: 1, train: head, featureCache: true}]";
    refused(
        "augment has random_crop, which is random",
        head,
        "augment=[{random_crop: {height: 8, width: 8, padding: 1}}]");
    refused("loss.mixing is mixup, which mixes images before the trunk", head, "loss.mixing=mixup");
    refused(
        "training.precision is bf16: features are kept in fp32", head, "training.precision=bf16");
    refused(
        "all is trained, and there is no trunk",
        "stages=[{name: a, epochs: 1, featureCache: true}]");
    refused(
        "the lowest layer is trained, which images are fed to",
        "stages=[{name: a, epochs: 1, freeze: head, featureCache: true}]");
    refused(
        "a shadow measures batch norms by images that are not those of augment",
        head,
        "augment=[{resize: {height: 8, width: 8}}, {grayscale: {probability: 1}}]");
  }
}
