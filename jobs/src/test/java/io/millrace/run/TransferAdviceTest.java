package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.Split;
import io.millrace.formats.NamedParameter;
import io.millrace.formats.SafetensorsWriter;
import io.millrace.image.ImagePipeline;
import io.millrace.model.WeightNames;
import io.millrace.plan.Similarity;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What plan says of the weights that a run starts from. */
class TransferAdviceTest {
  private static final Configuration HADOOP = new Configuration();

  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    Prepared.lake(folder, 36, 0);
    Prepared.by(config());
  }

  private static RunConfig config(String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, blockRows: 6, validationShare: 0}
        input: {height: 8, width: 8, channels: 1}
        augment: [{resize: {height: 8, width: 8}}]
        model: {architecture: resnet, depth: 18, width: 4}
        """
            .formatted(folder),
        List.of(overrides));
  }

  private static TrainingSetup setup(String... overrides) throws IOException {
    return TrainingSetup.of(config(overrides), HADOOP);
  }

  private static String init(String file, String names) {
    return "init={kind: pretrained, path: %s/%s, names: %s}".formatted(folder, file, names);
  }

  private static void write(String file, List<NamedParameter> parameters) throws IOException {
    try (OutputStream out = Files.newOutputStream(folder.resolve(file))) {
      new SafetensorsWriter(Map.of()).add(parameters).writeTo(out);
    }
  }

  /** By the network as a whole, one image at a time. */
  private static Similarity expected(TrainingSetup setup, ComputationGraph net) throws IOException {
    List<float[]> features = new ArrayList<>();
    List<double[]> source = new ArrayList<>();
    List<Integer> labels = new ArrayList<>();
    var input = setup.input().model();
    try (ImagePipeline pipeline =
        ImagePipeline.evaluation(input.cropShare(), 8, 8, 1, input.means(), input.deviations())) {
      for (Block block : setup.data().blocks(Split.TRAIN)) {
        EncodedBlock rows = setup.data().reader().read(block);
        for (int row = 0; row < rows.rows(); row++) {
          float[] pixels = new float[64];
          int from = rows.offsets()[row];
          int length = rows.offsets()[row + 1] - from;
          pipeline.run(rows.data(), from, length, null, FloatBuffer.wrap(pixels));
          INDArray image = Nd4j.create(pixels, new long[] {1, 1, 8, 8}, 'c');
          Map<String, INDArray> all = net.feedForward(image, false);
          features.add(all.get("pool").toFloatVector());
          source.add(all.get("output").toDoubleVector());
          labels.add(rows.labels()[row]);
        }
      }
    }
    return Similarity.of(
        features.toArray(float[][]::new),
        source.toArray(double[][]::new),
        labels.stream().mapToInt(Integer::intValue).toArray(),
        null);
  }

  @Test
  void itIsMeasuredOnTheImagesByNamesOfEitherLibrary() throws IOException {
    ComputationGraph net = setup("seed=3").network().initialised(HADOOP);
    write("own.safetensors", NamedParameter.own(net));
    var layers = config().model().architecture().layerNames(WeightNames.TORCHVISION);
    write("tv.safetensors", NamedParameter.pytorch(net, layers.orElseThrow()));
    TrainingSetup own = setup(init("own.safetensors", "own"));
    Similarity expected = expected(own, net);
    List<String> lines = TransferAdvice.lines(own, HADOOP);
    assertThat(lines).hasSize(3);
    assertThat(lines.get(0)).startsWith("advice         few and ");
    assertThat(lines.get(1))
        .contains(
            "s = %.2f, similar".formatted(expected.value()),
            "a = %.3f is the share of 36 images".formatted(expected.nearestMean()),
            "K = 3, A = 1, as the model does not say")
        .endsWith("; LEEP %.3f".formatted(expected.leep()));
    assertThat(lines.get(2))
        .isEqualTo(
            "               12.0 images a class (median; few below 100), 36 in all (few below 5,000)");
    assertThat(TransferAdvice.lines(setup(init("tv.safetensors", "torchvision")), HADOOP))
        .isEqualTo(lines);
  }

  @Test
  void aRunFromNoWeightsHasNone() throws IOException {
    assertThat(TransferAdvice.lines(setup(), HADOOP)).isEmpty();
  }
}
