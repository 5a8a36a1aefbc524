package io.millrace.run;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.ParquetBlockWriter;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.formats.ModelZip;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelCards;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.learning.config.Nesterovs;

/** A set of images of two shades, and models that {@code evaluate} measures on it. */
abstract class EvaluatedShades {
  static final int SIZE = 8;
  final Configuration hadoop = new Configuration();
  @TempDir Path dir;
  RunConfig config;

  final List<String> said = new ArrayList<>();
  final List<String> readers = new ArrayList<>();
  long left;
  int bad = -1;
  int first;

  @BeforeEach
  void prepare() throws IOException {
    prepare(0.5, Split.TRAIN, Split.VALIDATION);
  }

  /** 20 images of two shades a split, in blocks of 8 rows; label 0 dark, 1 bright. */
  void prepare(double mean, Split... splits) throws IOException {
    prepare("f", mean, splits);
  }

  void prepare(String fingerprint, double mean, Split... splits) throws IOException {
    dir.resolve("set/v.parquet").toFile().delete();
    DataFile file;
    IdSum ids = new IdSum();
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(dir + "/set/v.parquet");
    try (ParquetBlockWriter writer = new ParquetBlockWriter(path, 8, hadoop)) {
      for (int i = 0; i < 20; i++) {
        byte[] image = png(i % 2 == 0 ? 0x202020 : 0xe0e0e0);
        writer.write(first + i, i % 2, i == bad ? Arrays.copyOf(image, 50) : image);
        ids.add(i);
      }
      file = writer.finish("v.parquet");
    }
    DatasetManifest.SplitFiles files =
        new DatasetManifest.SplitFiles(20, List.of(10L, 10L), ids.toString(), List.of(file));
    DatasetManifest manifest =
        new DatasetManifest(
            DatasetManifest.FORMAT_VERSION,
            fingerprint,
            List.of("dark", "bright"),
            Stream.of(splits).collect(Collectors.toMap(split -> split, split -> files)),
            new DatasetManifest.StoredImages(SIZE, SIZE, 1, List.of(mean), List.of(0.25)),
            new DatasetManifest.Origin("s", "f", 1, Map.of(), 0, null, Map.of(), Map.of()));
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

  static ModelCard card(String... classes) {
    return ModelCards.card(List.of(classes), floats(0.5f), floats(0.25f));
  }

  static byte[] png(int rgb) throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
    IntStream.range(0, SIZE * SIZE).forEach(i -> image.setRGB(i % SIZE, i / SIZE, rgb));
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  String model(int classes) throws IOException {
    return write("run/model.zip", network(classes));
  }

  String model(ModelCard card) throws IOException {
    return write("run/model.zip", network(card.classes().size()).with(card));
  }

  String model(ComputationGraphConfiguration network) throws IOException {
    return write("run/model.zip", zip(network));
  }

  String write(String name, ModelZip model) throws IOException {
    RunFolder.open(hadoop, new org.apache.hadoop.fs.Path(dir.toString()))
        .write(name, model::writeTo);
    return dir.resolve(name).toString();
  }

  static ModelZip network(int classes) {
    return zip(
        new CifarResNet(8, 16, CifarResNet.Shortcut.PROJECTION, true)
            .configuration(
                new NetworkPurpose(new ImageShape(SIZE, SIZE, 1), classes, new Nesterovs(0.1), 1)));
  }

  private static ModelZip zip(ComputationGraphConfiguration network) {
    ComputationGraph net = new ComputationGraph(network.clone());
    net.init();
    WeightVector weights = WeightVector.of(net.params().dup().data().asFloat());
    return ModelZip.of(network, weights, WeightVector.of(), 1, 1);
  }

  Evaluated evaluate(String model, Split split) throws IOException {
    said.clear();
    return EvaluateJob.run(
        SharedSpark.session(),
        config,
        model,
        Optional.ofNullable(split),
        new EvaluationWatcher() {
          @Override
          public void line(String text) {
            said.add(text.replace(dir.toString(), "DIR"));
          }

          @Override
          public void started(long examples) {
            left = examples;
            String[] words = dir.resolve("set").toFile().list((at, name) -> name.startsWith(".r"));
            readers.addAll(List.of(words));
          }

          @Override
          public void scored(int examples) {
            left -= examples;
          }
        });
  }

  static float[] floats(float value) {
    return new float[] {value};
  }
}
