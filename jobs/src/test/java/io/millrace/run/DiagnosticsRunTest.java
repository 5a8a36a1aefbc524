package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.CheckpointStore;
import io.millrace.config.RunConfig;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Whole runs that are looked at: nothing changes by it, and sick runs are told apart in words. */
class DiagnosticsRunTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String BY_GRADIENTS = "averaging: {exchange: gradients}\n";
  private static final String BY_WEIGHTS = "averaging: {every: 2}\n";
  private static final String ALL = "diagnostics: {share: 1}\n";

  @TempDir private static Path folder;

  /** 45 images to train on, 12 to look at: three updates an epoch of two workers. */
  @BeforeAll
  static void prepare() throws IOException {
    Prepared.lake(folder, 45, 12);
    Prepared.by(config("any", "model: {depth: 8}\n"));
  }

  private static RunConfig config(String name, String rest) {
    String rate =
        rest.contains("learningRate") ? "" : "learningRate: {base: 0.02, referenceBatch: 16}\n";
    return Prepared.config(
        folder,
        name,
        """
        augment: [{random_crop: {height: 8, width: 8, padding: 1}}]
        training: {epochs: 3, workers: 2, batchPerWorker: 8}
        shuffle: {window: 2}
        """
            + rate
            + rest);
  }

  private static void train(RunConfig config) throws IOException {
    TrainJob.run(SharedSpark.session(), config, new Start.Anew(), () -> false);
  }

  private static WeightVector weights(String run) throws IOException {
    String last = folder.resolve(run).resolve("checkpoints/epoch-0003").toString();
    return CheckpointStore.read(new Configuration(), last).state().parameters();
  }

  /** Without times. */
  private static List<ObjectNode> lines(String run) throws IOException {
    List<ObjectNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve(run).resolve("diagnostics.jsonl"))) {
      lines.add(JSON.readValue(line, ObjectNode.class).without(List.of("seconds", "share")));
    }
    return lines;
  }

  private static String report(String run) throws IOException {
    return Files.readString(folder.resolve(run).resolve("report.html"));
  }

  private static Set<String> kinds(String run) throws IOException {
    Set<String> kinds = new TreeSet<>();
    for (JsonNode line : lines(run)) {
      line.get("warnings").forEach(each -> kinds.add(each.get("kind").asText()));
    }
    return kinds;
  }

  @ParameterizedTest
  @ValueSource(strings = {BY_GRADIENTS, BY_WEIGHTS})
  void lookingChangesNoBitAndHistoryOutlivesAResume(String averaging) throws IOException {
    String net = "model: {depth: 8}\n" + averaging;
    String id = averaging.equals(BY_GRADIENTS) ? "g" : "w";
    train(config("off-" + id, net + "diagnostics: {share: 0}\n"));
    train(config("on-" + id, net + ALL));
    assertThat(weights("on-" + id)).isEqualTo(weights("off-" + id));
    assertThat(folder.resolve("off-" + id).resolve("diagnostics.jsonl")).doesNotExist();

    RunConfig halved = config("halved-" + id, net + ALL);
    AtomicInteger asked = new AtomicInteger();
    int rounds = averaging.equals(BY_GRADIENTS) ? 3 : 2;
    assertThatThrownBy(
            () ->
                TrainJob.run(
                    SharedSpark.session(),
                    halved,
                    new Start.Anew(),
                    () -> asked.incrementAndGet() > rounds + 1))
        .isInstanceOf(StoppedException.class);
    Files.delete(folder.resolve("halved-" + id).resolve("diagnostics.jsonl"));
    TrainJob.run(SharedSpark.session(), halved, new Start.From("auto"), () -> false);
    assertThat(lines("halved-" + id)).hasSize(3).isEqualTo(lines("on-" + id));

    JsonNode last = lines("on-" + id).get(2);
    assertThat(last.get("updates").asInt()).isEqualTo(rounds);
    assertThat(last.get("images").asInt()).isEqualTo(12);
    JsonNode figures = last.get("figures");
    assertThat(figures.at("/gradient-norm/stem.W/norm").asDouble()).isPositive();
    assertThat(figures.at("/weight-norm/stem.W/norm").asDouble()).isPositive();
    assertThat(figures.at("/update-ratio/stem.W/ratio").asDouble()).isPositive();
    assertThat(figures.at("/dead-units/stem_relu/dead").isNumber()).isTrue();
    assertThat(figures.at("/activations/stem_relu/mean").asDouble()).isPositive();
    assertThat(figures.at("/batch-norm-drift/stem_bn/drift").asDouble()).isPositive();
    double counted = 0;
    for (JsonNode bin : figures.at("/gradient-histogram/stem.W")) {
      counted += bin.asDouble();
    }
    int workers = averaging.equals(BY_GRADIENTS) ? 1 : 2;
    assertThat(counted).isEqualTo(rounds * workers * 9 * 16.0);
    assertThat(last.at("/rounds/gradient-norm")).hasSize(rounds);
  }

  /** A stack of convolutions with a function behind each, as JSON of DL4J, and how it starts. */
  private static String deep(String name, Activation function, String init, double bias)
      throws IOException {
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .updater(new Sgd(0.1))
            .dist(new NormalDistribution(0, 0.02))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(8, 8, 1));
    String below = "in";
    for (int i = 1; i <= 5; i++) {
      var convolution =
          new ConvolutionLayer.Builder(3, 3)
              .padding(1, 1)
              .nOut(8)
              .biasInit(bias)
              .activation(Activation.IDENTITY)
              .build();
      graph.addLayer("conv" + i, convolution, below);
      graph.addLayer("act" + i, new ActivationLayer(function), "conv" + i);
      below = "act" + i;
    }
    graph.addLayer(
        "out",
        new OutputLayer.Builder(LossFunction.MCXENT).nOut(3).activation(Activation.SOFTMAX).build(),
        below);
    Path file = folder.resolve(name + ".json");
    Files.writeString(file, graph.setOutputs("out").build().toJson());
    return "model: {architecture: dl4j, configuration: %s}\ninit: {kind: %s}\n"
        .formatted(file, init);
  }

  @Test
  void sickRunsAreToldApartInWords() throws IOException {
    train(config("healthy", deep("healthy", Activation.RELU, "kaiming-normal", 0) + ALL));
    train(config("dying", deep("dying", Activation.RELU, "configured", -2) + ALL));
    String slowly = "learningRate: {base: 0.005, referenceBatch: 16}\n" + ALL;
    train(config("vanishing", deep("vanishing", Activation.SIGMOID, "configured", 0) + slowly));
    for (String run : List.of("healthy", "dying", "vanishing")) { // to be looked at
      Files.createDirectories(Path.of("target/diagnosed"));
      Files.copy(
          folder.resolve(run).resolve("report.html"),
          Path.of("target/diagnosed/" + run + ".html"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    assertThat(report("healthy")).contains("No warnings", "conv5", "Filters of the first");
    assertThat(report("dying")).contains("<b>Dead units</b> (epochs 1 to 3, worst in epoch 3)");
    assertThat(report("vanishing"))
        .contains("<b>Vanishing gradients</b> (epochs 1 to 3, worst in epoch ");
    assertThat(kinds("healthy")).isEmpty();
    assertThat(kinds("dying")).containsExactly("dead units");
    assertThat(kinds("vanishing")).containsExactly("vanishing gradients");
    JsonNode dead = lines("dying").get(2).get("warnings").get(0);
    assertThat(dead.get("layers").get(0).asText()).isEqualTo("act1");
    assertThat(dead.get("found").asText())
        .startsWith("100 % of the ReLU channels of act1, act2, act3 and 2 more are 0");
    assertThat(lines("vanishing").get(2).get("warnings").get(0).get("found").asText())
        .matches("the gradient of conv1\\.W is .* times that of conv5\\.W\\.");
  }
}
