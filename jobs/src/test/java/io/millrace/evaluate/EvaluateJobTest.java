package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.SharedSpark;
import io.millrace.checkpoint.ModelZip;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.ParquetBlockWriter;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.model.Architectures;
import io.millrace.model.ImageShape;
import io.millrace.report.Thumbnail;
import io.millrace.report.Thumbnails;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Nesterovs;

class EvaluateJobTest {
  private static final int SIZE = 8;
  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;
  private RunConfig config;

  /** 20 validation images of two shades, in blocks of 8 rows; label 0 dark, 1 bright. */
  @BeforeEach
  void prepare() throws IOException {
    DataFile file;
    IdSum ids = new IdSum();
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(dir + "/set/v.parquet");
    try (ParquetBlockWriter writer = new ParquetBlockWriter(path, 8, hadoop)) {
      for (int i = 0; i < 20; i++) {
        writer.write(i, i % 2, png(i % 2 == 0 ? 0x202020 : 0xe0e0e0));
        ids.add(i);
      }
      file = writer.finish("v.parquet");
    }
    DatasetManifest manifest =
        new DatasetManifest(
            1,
            "f",
            List.of("dark", "bright"),
            Map.of(
                Split.VALIDATION,
                new DatasetManifest.SplitFiles(
                    20, List.of(10L, 10L), ids.toString(), List.of(file)),
                Split.TRAIN,
                new DatasetManifest.SplitFiles(
                    20, List.of(10L, 10L), ids.toString(), List.of(file))),
            new DatasetManifest.Images(SIZE, SIZE, 1, List.of(0.5), List.of(0.25)),
            new DatasetManifest.Origin("s", "f", 1, Map.of(), 0, null));
    Files.writeString(dir.resolve("set/manifest.json"), manifest.toJson());
    config =
        ConfigReader.read(
            "test.yaml",
            """
            dataset: {path: %s}
            input: {height: 8, width: 8, channels: 1}
            model: {depth: 8}
            evaluation: {batch: 3}
            """
                .formatted(dir.resolve("set")),
            List.of());
  }

  private static byte[] png(int rgb) throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
    IntStream.range(0, SIZE * SIZE).forEach(i -> image.setRGB(i % SIZE, i / SIZE, rgb));
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  private String model(int classes) throws IOException {
    ComputationGraphConfiguration network =
        Architectures.configuration(
            config.model(), new ImageShape(SIZE, SIZE, 1), classes, new Nesterovs(0.1), 1);
    ComputationGraph net = new ComputationGraph(network.clone());
    net.init();
    ModelZip model =
        ModelZip.of(
            network, WeightVector.of(net.params().dup().data().asFloat()), WeightVector.of(), 1, 1);
    RunFolder.open(hadoop, dir.toString(), "run").write("model.zip", model::writeTo);
    return dir.resolve("run/model.zip").toString();
  }

  @Test
  void aModelIsEvaluatedAndItsMistakesAreShown() throws IOException {
    EvaluationReport report =
        EvaluateJob.run(SharedSpark.session(), config, model(2), Split.VALIDATION);
    assertThat(report.examples()).isEqualTo(20);
    assertThat(report.top5()).isEqualTo(1);
    assertThat(report.loss()).isFinite().isPositive();
    // Equal images get equal answers, so all of a class are right or all are wrong.
    assertThat(report.top1() * 20).isIn(0.0, 10.0, 20.0);
    assertThat(report.confusion()[0][0] + report.confusion()[1][1])
        .isEqualTo(Math.round(report.top1() * 20));

    PreparedDataset dataset = PreparedDataset.open(config.dataset().path(), hadoop);
    Mistake mistake = new Mistake(19, 2, 3, 1, 0, 9);
    List<Thumbnail> pictures =
        Thumbnails.mistakes(dataset, Split.VALIDATION, config, List.of(mistake), 5);
    assertThat(pictures).hasSize(1);
    assertThat(pictures.get(0).caption()).isEqualTo("dark");
    assertThat(pictures.get(0).note()).isEqualTo("is bright");
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(pictures.get(0).png()));
    int stored =
        ImageIO.read(new ByteArrayInputStream(png(0xe0e0e0))).getRaster().getSample(4, 4, 0);
    assertThat(picture.getWidth()).isEqualTo(SIZE);
    assertThat(picture.getRaster().getSample(4, 4, 0)).isEqualTo(stored);

    assertThat(Thumbnails.augmented(dataset, config, 6))
        .extracting(Thumbnail::caption)
        .containsExactly("dark", "bright", "dark", "bright", "dark", "bright");
  }

  @Test
  void theResultStandsBesideTheModel() throws IOException {
    EvaluationReport report =
        new EvaluationReport(
            Split.TEST, 20, 0.25, 0.5, 1, new long[][] {{10, 0}, {10, 0}}, List.of(), 1);
    String model = model(2);
    String path = EvaluationFile.write(hadoop, config, model, report);
    assertThat(path).isEqualTo("file:" + dir.resolve("run/evaluation-test.json"));
    JsonNode file = new ObjectMapper().readTree(dir.resolve("run/evaluation-test.json").toFile());
    assertThat(file.get("model").asText()).isEqualTo(model);
    assertThat(file.get("data_fingerprint").asText())
        .isEqualTo(PreparedDataset.open(config.dataset().path(), hadoop).fingerprint());
    assertThat(file.get("split").asText()).isEqualTo("test");
    assertThat(file.get("examples").asInt()).isEqualTo(20);
    assertThat(file.get("top1").asDouble()).isEqualTo(0.5);
    assertThat(file.get("top5").asDouble()).isEqualTo(1);
    assertThat(file.get("classes").toString()).isEqualTo("[\"dark\",\"bright\"]");
    assertThat(file.get("confusion").toString()).isEqualTo("[[10,0],[10,0]]");
  }

  @Test
  void aModelOfOtherClassesIsRefused() throws IOException {
    String model = model(3);
    assertThatThrownBy(
            () -> EvaluateJob.run(SharedSpark.session(), config, model, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot evaluate a network of 3 classes (must be the 2 of the data set)");
  }

  @Test
  void anEmptySplitIsRefused() throws IOException {
    String model = model(2);
    assertThatThrownBy(() -> EvaluateJob.run(SharedSpark.session(), config, model, Split.TEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate split test of "
                + dir.resolve("set")
                + ": it is empty (splits with examples: train, validation)");
  }
}
