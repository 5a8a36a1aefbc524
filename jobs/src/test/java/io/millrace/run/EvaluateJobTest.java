package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.ParquetBlockWriter;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.evaluate.Answers;
import io.millrace.evaluate.Calibration;
import io.millrace.evaluate.Evaluated;
import io.millrace.evaluate.EvaluationFile;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.evaluate.EvaluationWatcher;
import io.millrace.evaluate.Mistake;
import io.millrace.formats.ModelZip;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelCards;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.report.Thumbnail;
import io.millrace.report.Thumbnails;
import io.millrace.store.FileVersion;
import io.millrace.store.RunFolder;
import io.millrace.store.WrongInputException;
import io.millrace.wire.WeightVector;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
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
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class EvaluateJobTest {
  private static final String FOLDED =
      "folded         9 of 9 batch norms into the layers before them; probabilities differ by"
          + " rounding";

  private static final int SIZE = 8;
  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;
  private RunConfig config;

  private final List<String> said = new ArrayList<>();
  private final List<String> readers = new ArrayList<>();
  private long left;
  private int bad = -1;
  private int first;

  @BeforeEach
  void prepare() throws IOException {
    prepare(0.5, Split.TRAIN, Split.VALIDATION);
  }

  /** 20 images of two shades a split, in blocks of 8 rows; label 0 dark, 1 bright. */
  private void prepare(double mean, Split... splits) throws IOException {
    prepare("f", mean, splits);
  }

  private void prepare(String fingerprint, double mean, Split... splits) throws IOException {
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

  private static ModelCard card(String... classes) {
    return ModelCards.card(List.of(classes), floats(0.5f), floats(0.25f));
  }

  private static byte[] png(int rgb) throws IOException {
    BufferedImage image = new BufferedImage(SIZE, SIZE, BufferedImage.TYPE_BYTE_GRAY);
    IntStream.range(0, SIZE * SIZE).forEach(i -> image.setRGB(i % SIZE, i / SIZE, rgb));
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  private String model(int classes) throws IOException {
    return write("run/model.zip", network(classes));
  }

  private String model(ModelCard card) throws IOException {
    return write("run/model.zip", network(card.classes().size()).with(card));
  }

  private String write(String name, ModelZip model) throws IOException {
    RunFolder.open(hadoop, new org.apache.hadoop.fs.Path(dir.toString()))
        .write(name, model::writeTo);
    return dir.resolve(name).toString();
  }

  private ModelZip network(int classes) {
    ComputationGraphConfiguration network =
        new CifarResNet(8, 16, CifarResNet.Shortcut.PROJECTION, true)
            .configuration(
                new NetworkPurpose(new ImageShape(SIZE, SIZE, 1), classes, new Nesterovs(0.1), 1));
    ComputationGraph net = new ComputationGraph(network.clone());
    net.init();
    return ModelZip.of(
        network, WeightVector.of(net.params().dup().data().asFloat()), WeightVector.of(), 1, 1);
  }

  private Evaluated evaluate(String model, Split split) throws IOException {
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

  @Test
  void aModelIsEvaluatedAndItsMistakesAreShown() throws IOException {
    EvaluationReport report = evaluate(model(2), Split.VALIDATION).report();
    assertThat(left).isZero();
    assertThat(report.examples()).isEqualTo(20);
    assertThat(report.top5()).isEqualTo(1);
    assertThat(report.loss()).isFinite().isPositive();
    // Equal images get equal answers, so all of a class are right or all are wrong.
    assertThat(report.top1() * 20).isIn(0.0, 10.0, 20.0);
    assertThat(report.confusion()[0][0] + report.confusion()[1][1])
        .isEqualTo(Math.round(report.top1() * 20));

    PreparedDataset dataset = PreparedDataset.open(config.dataset().path(), hadoop);
    Mistake mistake = new Mistake(19, 2, 3, 1, 0, 9, 0.9);
    List<Thumbnail> pictures =
        Thumbnails.mistakes(dataset, Split.VALIDATION, config.input(), 1, List.of(mistake), 5);
    assertThat(pictures).hasSize(1);
    assertThat(pictures.get(0).caption()).isEqualTo("dark, 90 %");
    assertThat(pictures.get(0).note()).isEqualTo("is bright");
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(pictures.get(0).png()));
    int stored =
        ImageIO.read(new ByteArrayInputStream(png(0xe0e0e0))).getRaster().getSample(4, 4, 0);
    assertThat(picture.getWidth()).isEqualTo(SIZE);
    assertThat(picture.getRaster().getSample(4, 4, 0)).isEqualTo(stored);

    assertThat(Thumbnails.augmented(dataset, config.input(), config.augment(), 1, 6))
        .extracting(Thumbnail::caption)
        .containsExactly("dark", "bright", "dark", "bright", "dark", "bright");
  }

  @Test
  void anImageThatCannotBeReadIsNamedByFileBlockAndRow() throws IOException {
    bad = 13;
    prepare(0.5, Split.VALIDATION);
    String model = model(2);
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .hasMessageContaining("Cannot evaluate an image: Cannot decode image: ")
        .hasMessageContaining(" (file v.parquet, block 1, row 5)");
  }

  @Test
  void aSetIsKeptFromAPrepareWhileItIsEvaluated() throws IOException {
    evaluate(model(2), Split.VALIDATION);
    assertThat(readers).hasSize(1);
    assertThat(dir.resolve("set").resolve(readers.get(0))).doesNotExist();
  }

  @Test
  void aModelThatDoesNotSayWhatItIsTakesTheSetsValuesWithAWord() throws IOException {
    assertThat(evaluate(model(2), null).classes()).containsExactly("dark", "bright");
    assertThat(said)
        .hasSize(4)
        .startsWith("model          DIR/run/model.zip: a network of 77,906 parameters")
        .endsWith("data           DIR/set: validation, 20 images, 2 classes", FOLDED);
    assertThat(said.get(1)).contains("it does not say what it was trained on");
  }

  @Test
  void classesInAnotherOrderAreMatchedByName() throws IOException {
    Evaluated same = evaluate(model(card("dark", "bright")), Split.VALIDATION);
    assertThat(said)
        .containsExactly(
            "model          DIR/run/model.zip: run nightly, cifar-resnet of depth 8, 77,906"
                + " parameters",
            "data           DIR/set: validation, 20 images, 2 classes",
            "crop           0.875 of a side, as the model's; the config says 1.0",
            FOLDED);
    Evaluated turned = evaluate(model(card("bright", "dark")), Split.VALIDATION);
    assertThat(said).contains("classes        matched by name: the set has them in another order");
    // The same network with its outputs named the other way round is right where it was wrong.
    assertThat(turned.report().top1()).isEqualTo(1 - same.report().top1());
    assertThat(turned.classes()).containsExactly("bright", "dark");
    assertThat(turned.report().confusion()[0]).isEqualTo(same.report().confusion()[1]);
  }

  @Test
  void aSetWithSomeOfTheClassesIsEvaluatedAndTheOthersAreNamed() throws IOException {
    Evaluated evaluated = evaluate(model(card("bright", "dark", "dim")), Split.VALIDATION);
    assertThat(said).contains("classes        matched by name: the set does not have dim");
    assertThat(evaluated.report().confusion()).hasDimensions(3, 3);
    assertThat(evaluated.report().confusion()[2]).containsOnly(0);
    assertThat(evaluated.report().examples()).isEqualTo(20);
  }

  @Test
  void aSetWithAClassThatTheModelDoesNotKnowIsRefusedByName() throws IOException {
    String model = model(card("dark", "light"));
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate on split validation of %s: the model does not know bright (it knows"
                    .formatted(dir.resolve("set"))
                + " dark, light)");
  }

  @Test
  void imagesAreNormalisedAsTheModelsWere() throws IOException {
    ModelCard own = ModelCards.card(List.of("dark", "bright"), floats(0.5f), floats(0.25f));
    ModelCard other = ModelCards.card(List.of("dark", "bright"), floats(0.1f), floats(0.25f));
    double loss = evaluate(model(own), Split.VALIDATION).report().loss();
    String otherModel = model(other);
    assertThat(evaluate(otherModel, Split.VALIDATION).report().loss()).isNotEqualTo(loss);
    assertThat(said)
        .contains(
            "crop           0.875 of a side, as the model's; the config says 1.0",
            "normalised     mean 0.1000, deviation 0.2500 of the model; not mean 0.5000, deviation"
                + " 0.2500 of the set");
    double before = evaluate(otherModel, Split.VALIDATION).report().loss();
    prepare(0.9, Split.TRAIN, Split.VALIDATION);
    assertThat(evaluate(otherModel, Split.VALIDATION).report().loss()).isEqualTo(before);
  }

  @Test
  void aHoldOutOfOneSplitIsEvaluatedWithoutNamingIt() throws IOException {
    prepare(0.5, Split.TEST);
    assertThat(evaluate(model(2), null).report().split()).isEqualTo(Split.TEST);
    prepare(0.5, Split.TRAIN);
    assertThat(evaluate(model(2), null).report().split()).isEqualTo(Split.TRAIN);
    prepare(0.5, Split.TRAIN, Split.TEST);
    assertThat(evaluate(model(2), null).report().split()).isEqualTo(Split.TEST);
  }

  private JsonNode file(String model, String expected) throws IOException {
    EvaluationReport report =
        new EvaluationReport(
            Split.TEST,
            20,
            0.25,
            0.5,
            1,
            new long[][] {{10, 0}, {10, 0}},
            new Calibration(0.25, List.of(new Calibration.Bin(20, 0.75, 0.5))),
            List.of(new Mistake(1, 0, 1, 1, 0, 2.5, 0.9)),
            1);
    Evaluated evaluated =
        new Evaluated(
            model,
            FileVersion.of(hadoop, new org.apache.hadoop.fs.Path(model)),
            Optional.of(card("dark", "bright")),
            List.of("dark", "bright"),
            PreparedDataset.open(config.dataset().path(), hadoop),
            report,
            new Answers(new long[0], new boolean[0]));
    assertThat(EvaluationFile.write(hadoop, config.dataset().path(), evaluated))
        .isEqualTo("file:" + dir.resolve(expected));
    return new ObjectMapper().readTree(dir.resolve(expected).toFile());
  }

  @Test
  void theResultOfAModelThatWasReplacedMeanwhileIsNotWritten() throws IOException {
    prepare(0.5, Split.TEST);
    Evaluated evaluated = evaluate(model(2), null);
    assertThat(dir.resolve("set").toFile().list()).noneMatch(name -> name.startsWith(".reader"));
    write("run/model.zip", network(3));
    assertThatThrownBy(() -> EvaluationFile.write(hadoop, config.dataset().path(), evaluated))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot write the evaluation of %s: it was replaced while it was evaluated (evaluate it again)",
            evaluated.model());
  }

  @Test
  void theResultStandsBesideTheModel() throws IOException {
    prepare(0.5, Split.TEST);
    String model = model(card("dark", "bright"));
    JsonNode file = file(model, "run/evaluation-test.json");
    assertThat(file.get("model").asText()).isEqualTo(model);
    assertThat(file.get("run").asText()).isEqualTo("nightly");
    assertThat(file.get("network").asText()).isEqualTo("cifar-resnet of depth 8");
    assertThat(file.get("data").asText()).isEqualTo(config.dataset().path());
    assertThat(file.get("data_fingerprint").asText()).isEqualTo("f");
    assertThat(file.get("split").asText()).isEqualTo("test");
    assertThat(file.get("examples").asInt()).isEqualTo(20);
    assertThat(file.get("top1").asDouble()).isEqualTo(0.5);
    assertThat(file.get("top5").asDouble()).isEqualTo(1);
    assertThat(file.get("classes").toString()).isEqualTo("[\"dark\",\"bright\"]");
    assertThat(file.get("confusion").toString()).isEqualTo("[[10,0],[10,0]]");
    assertThat(file.get("per_class").toString())
        .isEqualTo(
            "[{\"name\":\"dark\",\"precision\":0.5,\"recall\":1.0,\"f1\":0.6666666666666666,\"support\":10},"
                + "{\"name\":\"bright\",\"precision\":null,\"recall\":0.0,\"f1\":0.0,\"support\":10}]");
    assertThat(file.get("confused").toString())
        .isEqualTo("[{\"label\":\"bright\",\"predicted\":\"dark\",\"examples\":10,\"share\":1.0}]");
    assertThat(file.get("calibration").toString())
        .isEqualTo(
            "{\"ece\":0.25,\"bins\":[{\"examples\":20,\"confidence\":0.75,\"accuracy\":0.5}]}");
    assertThat(file.get("worst").toString())
        .as("a set without origins names no file")
        .isEqualTo(
            "[{\"label\":\"bright\",\"predicted\":\"dark\",\"confidence\":0.9,\"loss\":2.5,"
                + "\"file\":null,\"row\":null}]");
    assertThat(EvaluationFile.of(RunFolder.open(hadoop, dir.toString(), "run")))
        .singleElement()
        .satisfies(read -> assertThat(read.worst().get(0).label()).isEqualTo("bright"));
  }

  @Test
  void resultsOfOtherSetsAndModelsStandBesideIt() throws IOException {
    prepare(0.5, Split.TEST);
    String model = model(card("dark", "bright"));
    String second = write("run/old.zip", network(2).with(card("dark", "bright")));
    file(model, "run/evaluation-test.json");
    file(second, "run/old.zip.evaluation-test.json");
    prepare("0123456789", 0.5, Split.TEST);
    file(model, "run/evaluation-test-set-01234567.json");
    Path notes = Files.writeString(dir.resolve("run/evaluation-notes.json"), "{}");

    EvaluationFile.discard(RunFolder.open(hadoop, dir.toString(), "run"));
    assertThat(dir.resolve("run/evaluation-test.json")).doesNotExist();
    assertThat(dir.resolve("run/evaluation-test-set-01234567.json")).doesNotExist();
    assertThat(dir.resolve("run/old.zip.evaluation-test.json")).exists();
    assertThat(notes).exists();
  }

  @Test
  void aModelOfOtherClassesIsRefused() throws IOException {
    String model = model(3);
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate a network of 3 outputs (must be one for each of 2 classes: dark,"
                + " bright)");
  }

  @Test
  void aZipOfAnotherNetworkFormatIsWrongInput() throws IOException {
    String model =
        write(
            "run/model.zip",
            new ModelZip("{}", WeightVector.of(1), WeightVector.of(), Optional.empty()));
    assertThatThrownBy(() -> evaluate(model, null))
        .isInstanceOf(WrongInputException.class)
        .hasMessage("Cannot read model " + model + ": its configuration.json is no DL4J network");
  }

  /** A convolution and an output layer for images of 8 x 8 x 1 and two classes. */
  private static GraphBuilder foreign(CNN2DFormat format, DataType type, Activation output) {
    InputType images = InputType.convolutional(SIZE, SIZE, 1, format);
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .dataType(type)
        .graphBuilder()
        .addInputs("in")
        .setInputTypes(images)
        .addLayer(
            "conv", new ConvolutionLayer.Builder(3, 3).nOut(4).dataFormat(format).build(), "in")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MSE).activation(output).nOut(2).build(),
            "conv")
        .validateOutputLayerConfig(false)
        .setOutputs("out");
  }

  private String model(ComputationGraphConfiguration network) throws IOException {
    ComputationGraph net = new ComputationGraph(network.clone());
    net.init();
    WeightVector weights = WeightVector.of(net.params().dup().data().asFloat());
    return write("run/model.zip", ModelZip.of(network, weights, WeightVector.of(), 1, 1));
  }

  @Test
  void aForeignNetworkThatDoesNotTakeAnImageIsRefusedBeforeAnyTask() throws IOException {
    String nhwc = model(foreign(CNN2DFormat.NHWC, DataType.FLOAT, Activation.SOFTMAX).build());
    assertThatThrownBy(() -> evaluate(nhwc, Split.VALIDATION))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Cannot evaluate %s: its network does not take images of 8 x 8 x 1 (height x width x channels): "
                .formatted(nhwc))
        .message()
        .hasLineCount(1);
    String wide = model(foreign(CNN2DFormat.NCHW, DataType.DOUBLE, Activation.SOFTMAX).build());
    assertThatThrownBy(() -> evaluate(wide, Split.VALIDATION))
        .hasMessage("Cannot evaluate a network of data type DOUBLE (must be FLOAT)");
    GraphBuilder two = foreign(CNN2DFormat.NCHW, DataType.FLOAT, Activation.SOFTMAX);
    two.addLayer("also", new OutputLayer.Builder().nIn(144).nOut(2).build(), "conv");
    String outputs = model(two.setOutputs("out", "also").build());
    assertThatThrownBy(() -> evaluate(outputs, Split.VALIDATION))
        .hasMessage("Cannot evaluate a network of the outputs [out, also] (must be one)");
  }

  @Test
  void outputsThatAreNoProbabilitiesAreSaid() throws IOException {
    evaluate(
        model(foreign(CNN2DFormat.NCHW, DataType.FLOAT, Activation.SOFTMAX).build()),
        Split.VALIDATION);
    assertThat(said).noneMatch(line -> line.startsWith("outputs"));
    for (Activation each : List.of(Activation.IDENTITY, Activation.SIGMOID, Activation.TANH)) {
      evaluate(model(foreign(CNN2DFormat.NCHW, DataType.FLOAT, each).build()), Split.VALIDATION);
      assertThat(said)
          .filteredOn(line -> line.startsWith("outputs        no probabilities (of one image "))
          .hasSize(1);
    }
  }

  @Test
  void aFileThatTookThePlaceOfAnotherOfItsLengthIsSeen() throws IOException {
    first = 1; // of the ids in the file; the manifest counts from 0
    prepare();
    String model = model(2);
    assertThatThrownBy(() -> evaluate(model, Split.VALIDATION))
        .hasMessage(
            "Cannot evaluate on split validation: its files hold other examples than its manifest"
                + " says (prepare the set again)");
  }

  @Test
  void anEmptySplitIsRefused() throws IOException {
    String model = model(2);
    assertThatThrownBy(() -> evaluate(model, Split.TEST))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Cannot evaluate split test of "
                + dir.resolve("set")
                + ": it is empty (must be of train, validation; what is test, the source tells)");
  }

  private static float[] floats(float value) {
    return new float[] {value};
  }
}
