package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.state.RunState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Heads of several layers, trained on the weights of a model, which may be gone by then. */
class HeadJobTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String HEAD =
      "model.head=[{dense: {size: 5, activation: tanh}}, {dropout: {share: 0.25}}]";
  private static final String STAGES =
      "stages=[{name: head, epochs: 1, train: head, featureCache: true},"
          + " {name: all, epochs: 1, layerDecay: 0.5}]";

  @TempDir private static Path folder;

  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Prepared.lake(folder, 36, 0);
    Prepared.by(config("any"));
    train("base", new Start.Anew(), () -> false, "training.epochs=1");
    train("straight", new Start.Anew(), () -> false, HEAD, STAGES, from("base"));
  }

  private static RunConfig config(String name, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: %2$s
        output: %1$s
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, blockRows: 6, validationShare: 0}
        input: {height: 8, width: 8, channels: 1}
        augment: [{resize: {height: 8, width: 8}}]
        model: {depth: 8, width: 4}
        learningRate: {base: 0.05, referenceBatch: 16, warmupEpochs: 0}
        training: {workers: 2, batchPerWorker: 6, keepCheckpoints: 9}
        """
            .formatted(folder, name),
        List.of(overrides));
  }

  private static String from(String run) {
    return "init={kind: pretrained, path: %s/%s/model.zip, strict: false}".formatted(folder, run);
  }

  private static void train(String name, Start start, BooleanSupplier stop, String... overrides)
      throws IOException {
    TrainJob.run(SharedSpark.session(), config(name, overrides), start, stop);
  }

  private static RunState state(String run, int epoch) throws IOException {
    String path = folder.resolve(run + "/checkpoints/epoch-000" + epoch).toString();
    return CheckpointStore.read(HADOOP, path).state();
  }

  private static TrainingSetup setup(String... overrides) throws IOException {
    return TrainingSetup.of(config("setup", overrides), HADOOP);
  }

  @Test
  void theLayersStandInFrontOfTheOutput() throws IOException {
    ComputationGraph net = setup(HEAD).network().initialised(HADOOP);
    List<String> slots = ParameterLayout.of(net).slots().stream().map(ParameterSlot::key).toList();
    assertThat(slots.subList(slots.size() - 4, slots.size()))
        .containsExactly("head_1_dense.W", "head_1_dense.b", "output.W", "output.b");
    assertThat(net.getVertex("head_1_dense").paramTable(false).get("W").shape())
        .containsExactly(16, 5);
    assertThat(net.getVertex("output").paramTable(false).get("W").shape()).containsExactly(5, 3);
    assertThat(net.getConfiguration().getVertexInputs().get("output"))
        .containsExactly("head_2_dropout");
    assertThat(setup(HEAD).plan().lines())
        .anyMatch(
            line ->
                line.startsWith(
                    "network        cifar-resnet of depth 8 and width 4, head of dense 5 tanh,"
                        + " dropout 0.25, "));
  }

  @Test
  void headMeansAllOfItsLayers() throws IOException {
    RunState before = state("straight", 1);
    ComputationGraph base = setup(HEAD, STAGES, from("base")).network().initialised(HADOOP);
    float[] initial = base.params().reshape(base.numParams()).toFloatVector();
    List<String> moved = new ArrayList<>();
    for (ParameterSlot slot : ParameterLayout.of(base).slots()) {
      float[] now = new float[(int) slot.length()];
      before.parameters().get(slot.offset(), now);
      for (int i = 0; i < now.length; i++) {
        if (now[i] != initial[(int) slot.offset() + i]) {
          moved.add(slot.vertex());
        }
      }
    }
    assertThat(moved.stream().distinct()).containsExactly("head_1_dense", "output");
    assertThat(
            StagedSetup.of(config("setup", HEAD, STAGES, from("base")), HADOOP)
                .get(1)
                .network()
                .groups())
        .anyMatch(line -> line.matches("head_1_dense to output: 4 parameters .*, rate x 1, .*"))
        .anyMatch(line -> line.matches("stage3.*, rate x 0.05, .*"));
  }

  @Test
  void aHeadOfOtherLayersStartsAnewAndTheSameOneKeepsItsRowsByName() throws IOException {
    TrainingSetup other = setup(HEAD, from("base"));
    assertThat(other.taken())
        .contains(
            "2 missing, started as usual: head_1_dense.W, head_1_dense.b",
            "2 of a head of other layers, started as usual: output.W, output.b");
    TrainingSetup plain = setup(from("straight"));
    assertThat(plain.taken())
        .contains(
            "2 unexpected, left out: head_1_dense.W, head_1_dense.b",
            "2 of a head of other layers, started as usual: output.W, output.b");
    TrainingSetup same = setup(HEAD, from("straight"));
    assertThat(same.taken()).hasSize(1).first().asString().startsWith("49 matched: ");
    INDArray rows = same.network().initialised(HADOOP).getVertex("output").params();
    RunState last = state("straight", 2);
    float[] trained = new float[(int) rows.length()];
    last.parameters().get(last.parameters().length() - trained.length, trained);
    assertThat(rows.reshape(rows.length()).toFloatVector()).containsExactly(trained);
  }

  @Test
  void aRunGoesOnWithoutTheFileThatItBeganWith() throws IOException {
    Files.createDirectories(folder.resolve("gone"));
    Path model = folder.resolve("gone/model.zip");
    Files.copy(folder.resolve("base/model.zip"), model);
    Path checkpoint = folder.resolve("resumed/checkpoints/epoch-0001/manifest.json");
    String[] all = {HEAD, STAGES, from("gone")};
    assertThatThrownBy(
            () -> train("resumed", new Start.Anew(), () -> Files.exists(checkpoint), all))
        .isInstanceOf(StoppedException.class);
    Files.delete(model);
    assertThatThrownBy(() -> train("anew", new Start.Anew(), () -> false, all))
        .hasMessageContaining(model.toString());
    train("resumed", new Start.From("auto"), () -> false, all);
    assertThat(state("resumed", 2).parameters()).isEqualTo(state("straight", 2).parameters());
    assertThat(state("resumed", 2).state()).isEqualTo(state("straight", 2).state());
    assertThat(state("resumed", 2).memories()).isEqualTo(state("straight", 2).memories());
    assertThat(state("straight", 1).parameters()).isNotEqualTo(state("straight", 2).parameters());
  }

  @Test
  void aHeadThatCannotBeIsRefused() {
    assertThatThrownBy(() -> config("x", "model.head=[{dense: {size: 0}}]"))
        .hasMessageContaining("Invalid model.head[0].dense.size: 0 (must be >= 1");
    assertThatThrownBy(
            () ->
                config("x", "model={architecture: dl4j, configuration: net.json, head: [dropout]}"))
        .hasMessageContaining("Invalid model.head: dropout 0.5 (must be [] for ");
  }
}
