package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.Split;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.formats.ModelZip;
import io.millrace.model.NetworkJson;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMSE;

/** Whole runs with losses other than cross entropy, and what their models are to others. */
class LossJobTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private static Path folder;

  @BeforeAll
  static void prepareAndTrain() throws IOException {
    Path lake = Files.createDirectory(folder.resolve("lake"));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows(0, 40));
    Lake.huggingFace(lake.resolve("validation-0.parquet"), rows(40, 60));
    Prepared.by(config("any"));
    TrainJob.run(SharedSpark.session(), config("stock"), new Start.Anew(), () -> false);
    TrainJob.run(
        SharedSpark.session(),
        config("bce", "loss={kind: bce, threshold: 0.2, mixing: mixup-or-cutmix}"),
        new Start.Anew(),
        () -> false);
  }

  /** Classes 0, 1 and 2, of which 0 is the rarest. */
  private static List<Row> rows(int from, int to) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      int label = i % 5 == 0 ? 0 : 1 + i % 2;
      rows.add(new Row(Lake.encoded(Lake.picture(i, 8, 8, 1), "png"), label));
    }
    return rows;
  }

  private static RunConfig config(String name, String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        name: %2$s
        output: %1$s
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, blockRows: 4}
        input: {height: 8, width: 8, channels: 1}
        model: {depth: 8}
        learningRate: {referenceBatch: 16, warmupEpochs: 1}
        training: {epochs: 1, workers: 2, batchPerWorker: 8}
        """
            .formatted(folder, name),
        List.of(overrides));
  }

  private static String model(String run) {
    return folder.resolve(run).resolve("model.zip").toString();
  }

  @Test
  void modelsOfEveryLossAreTheSameStockNetwork() throws IOException {
    ModelZip stock = ModelZip.read(HADOOP, model("stock"));
    ModelZip bce = ModelZip.read(HADOOP, model("bce"));
    assertThat(bce.configuration()).isEqualTo(stock.configuration()).contains("LossMCXENT");
    assertThat(bce.parameters()).isNotEqualTo(stock.parameters());
  }

  @Test
  void evaluateAndDl4jAloneSeeTheSoftmaxWhoseOrderIsThatOfTheSigmoids() throws IOException {
    ComputationGraph net =
        ModelSerializer.restoreComputationGraph(folder.resolve("bce/model.zip").toFile());
    INDArray images = Nd4j.rand(DataType.FLOAT, 6, 1, 8, 8).muli(4).subi(2);
    INDArray seen = net.outputSingle(images);
    INDArray pooled = net.feedForward(images, false).get("pool");
    INDArray logits =
        pooled
            .mmul(net.getLayer("output").getParam("W"))
            .addRowVector(net.getLayer("output").getParam("b"));
    for (int i = 0; i < 6; i++) {
      double sum = 0;
      for (int k = 0; k < 3; k++) {
        sum += Math.exp(logits.getDouble(i, k));
        for (int j = 0; j < 3; j++) {
          boolean first = sigmoid(logits.getDouble(i, k)) > sigmoid(logits.getDouble(i, j));
          assertThat(seen.getDouble(i, k) > seen.getDouble(i, j)).isEqualTo(first);
        }
      }
      for (int k = 0; k < 3; k++) {
        assertThat(seen.getDouble(i, k))
            .isEqualTo(Math.exp(logits.getDouble(i, k)) / sum, within(1e-5));
      }
    }
    EvaluationReport evaluated =
        EvaluateJob.run(
                SharedSpark.session(),
                config("bce"),
                model("bce"),
                Optional.of(Split.VALIDATION),
                new Silent())
            .report();
    var card = ModelZip.card(HADOOP, model("bce")).orElseThrow().metrics();
    assertThat(evaluated.top1()).isEqualTo(card.top1());
    assertThat(evaluated.loss()).isEqualTo(card.loss(), within(1e-6)); // batch norms are folded
  }

  /** Hears nothing. */
  private static final class Silent implements EvaluationWatcher {
    @Override
    public void line(String text) {}

    @Override
    public void started(long examples) {}

    @Override
    public void scored(int examples) {}
  }

  private static double sigmoid(double z) {
    return 1 / (1 + Math.exp(-z));
  }

  @Test
  void aRunStopsMixingBeforeItsEndAndARangeTestNever() throws IOException {
    TrainingSetup setup =
        TrainingSetup.of(
            config("m", "loss={mixing: cutmix, mixingOffEpochs: 2}", "training.epochs=5"), HADOOP);
    assertThat(setup.feed().of("any").images().mixing().epochs()).isEqualTo(3);
    assertThat(setup.feed().of("any", 9).images().mixing().epochs()).isEqualTo(9);
  }

  @Test
  void weightsByFrequencyComeFromTheSet() throws IOException {
    TrainingSetup setup = TrainingSetup.of(config("w", "loss.classWeights=frequency"), HADOOP);
    assertThat(setup.trainer().objective().classWeights())
        .containsExactly(40 / (3.0 * 8), 40 / (3.0 * 16), 40 / (3.0 * 16));
    assertThatThrownBy(
            () ->
                TrainingSetup.of(
                    config("w", "loss.classWeights={given: {weights: [1, 2]}}"), HADOOP))
        .hasMessage("Invalid loss.classWeights: 2 weights (must be one for each of 3 classes)");
  }

  @Test
  void aConfigurationWithALossOfItsOwnKeepsItAndLetsNoOtherTakeItsPlace() throws IOException {
    ComputationGraphConfiguration squares =
        NetworkJson.read(ModelZip.read(HADOOP, model("stock")).configuration());
    var output =
        (org.deeplearning4j.nn.conf.layers.OutputLayer)
            ((org.deeplearning4j.nn.conf.graph.LayerVertex) squares.getVertices().get("output"))
                .getLayerConf()
                .getLayer();
    output.setLossFn(new LossMSE());
    Path json = Files.writeString(folder.resolve("squares.json"), NetworkJson.of(squares));
    String own = "model={architecture: dl4j, configuration: %s}".formatted(json);
    assertThat(TrainingSetup.of(config("own", own), HADOOP).plan().lines())
        .contains("loss           the network's own, output, OutputLayer of LossMSE() on softmax");
    assertThatThrownBy(() -> TrainingSetup.of(config("own", own, "loss.kind=focal"), HADOOP))
        .hasMessage(
            "Invalid loss: Focal[gamma=2.0] (must be plain cross entropy for a network with a loss"
                + " of its own: output, OutputLayer of LossMSE() on softmax)");
  }
}
