package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ModelCard;
import io.millrace.model.ModelCards;
import io.millrace.wire.WeightVector;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.core.util.ModelGuesser;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ModelZipTest {
  private final Configuration hadoop = new Configuration();
  @TempDir private Path dir;

  private static ComputationGraphConfiguration net() {
    return new NeuralNetConfiguration.Builder()
        .seed(5)
        .updater(new Nesterovs(0.1, 0.9))
        .graphBuilder()
        .addInputs("in")
        .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in")
        .addLayer("bn", new BatchNormalization.Builder().useLogStd(false).build(), "conv")
        .addLayer("relu", new ActivationLayer(Activation.RELU), "bn")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(3)
                .activation(Activation.SOFTMAX)
                .build(),
            "relu")
        .setOutputs("out")
        .setInputTypes(InputType.convolutional(8, 8, 1))
        .build();
  }

  private static float[] random(long length, int seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) length];
    for (int i = 0; i < values.length; i++) {
      values[i] = 0.1f + random.nextFloat();
    }
    return values;
  }

  private Path write(ModelZip model) throws IOException {
    Path file = dir.resolve("model.zip");
    try (OutputStream out = Files.newOutputStream(file)) {
      model.writeTo(out);
    }
    return file;
  }

  @Test
  void anArrayHasTheBytesOfNd4j() throws IOException {
    float[] values = random(1000, 1);
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    NdArrayFile.write(WeightVector.of(values), ours);
    ByteArrayOutputStream theirs = new ByteArrayOutputStream();
    Nd4j.write(Nd4j.create(values).reshape(1, 1000), new DataOutputStream(theirs));

    assertThat(ours.toByteArray()).isEqualTo(theirs.toByteArray());
    assertThat(NdArrayFile.read(new ByteArrayInputStream(theirs.toByteArray()), 1000).toArray())
        .isEqualTo(values);
  }

  @Test
  void whatDl4jWroteIsRead() throws IOException {
    ComputationGraph net = new ComputationGraph(net());
    net.init();
    Path file = dir.resolve("dl4j.zip");
    ModelSerializer.writeModel(net, file.toFile(), true);
    ModelZip model = ModelZip.read(hadoop, file.toString());

    assertThat(model.parameters().toArray()).isEqualTo(net.params().dup().data().asFloat());
    assertThat(model.updaterState().toArray())
        .isEqualTo(net.getUpdater().getStateViewArray().dup().data().asFloat());
    assertThat(ComputationGraphConfiguration.fromJson(model.configuration()))
        .isEqualTo(net.getConfiguration());
  }

  @Test
  void equalModelsGiveEqualBytes() throws IOException {
    ModelZip model = ModelZip.of(net(), WeightVector.of(random(10, 1)), WeightVector.of(), 1, 1);
    byte[] first = Files.readAllBytes(write(model));
    assertThat(Files.readAllBytes(write(model))).isEqualTo(first);
  }

  @Test
  void theCardIsReadBackAloneAndWithTheModel() throws IOException {
    ModelCard card = ModelCards.card("a", "b", "c");
    ModelZip model =
        ModelZip.of(net(), WeightVector.of(random(10, 1)), WeightVector.of(), 1, 1).with(card);
    String file = write(model).toString();
    assertThat(ModelZip.read(hadoop, file).card()).contains(card);
    assertThat(ModelZip.card(hadoop, file)).contains(card);
  }

  @Test
  void dl4jLeavesTheCardAlone() throws Exception {
    ComputationGraph net = new ComputationGraph(net());
    net.init();
    float[] weights = net.params().dup().data().asFloat();
    Path file =
        write(
            ModelZip.of(net.getConfiguration(), WeightVector.of(weights), WeightVector.of(), 1, 1)
                .with(ModelCards.card("a", "b", "c")));
    ComputationGraph opened = ModelSerializer.restoreComputationGraph(file.toFile(), true);
    assertThat(opened.params()).isEqualTo(net.params());
    assertThat(((ComputationGraph) ModelGuesser.loadModelGuess(file.toString())).params())
        .isEqualTo(net.params());
    // What DL4J writes again has lost it, and is read as a model that does not say what it is.
    Path again = dir.resolve("again.zip");
    ModelSerializer.writeModel(opened, again.toFile(), true);
    assertThat(ModelZip.card(hadoop, again.toString())).isEmpty();
    assertThat(ModelZip.read(hadoop, again.toString()).card()).isEmpty();
  }

  private Path zip(Map<String, byte[]> entries) throws IOException {
    Path file = dir.resolve("hostile.zip");
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
      for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue());
      }
    }
    return file;
  }

  /** A model's entries, and others in their place or beside them. */
  private Path model(Object... others) throws IOException {
    ByteArrayOutputStream parameters = new ByteArrayOutputStream();
    NdArrayFile.write(WeightVector.of(1, 2), parameters);
    Map<String, byte[]> entries = new LinkedHashMap<>();
    entries.put("configuration.json", bytes("{}"));
    entries.put("coefficients.bin", parameters.toByteArray());
    for (int i = 0; i < others.length; i += 2) {
      entries.put((String) others[i], (byte[]) others[i + 1]);
    }
    return zip(entries);
  }

  private void refused(Path file, String reason) {
    assertThatThrownBy(() -> ModelZip.read(hadoop, file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessage("Cannot read model " + file + ": " + reason);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] array(String type, long length) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(0);
    out.writeUTF("LONG");
    out.writeUTF("MIXED_DATA_TYPES");
    out.writeLong(length);
    out.writeUTF(type);
    return bytes.toByteArray();
  }

  @Test
  void hostileZipsAreRefusedInOneLine() throws IOException {
    refused(dir.resolve("none.zip"), "there is no such file (train writes it)");
    refused(
        Files.writeString(dir.resolve("text.zip"), "text"),
        "it is no zip file, or cut: it has no directory at its end");
    refused(
        zip(Map.of("configuration.json", bytes("{}"))),
        "it has no coefficients.bin, so it is no model");
    refused(
        zip(Map.of("coefficients.bin", bytes("{}"))),
        "it has no configuration.json, so it is no model");
    refused(model("configuration.json", bytes("{]")), "configuration.json is not valid JSON");
    refused(
        model("configuration.json", bytes("{\"a\":[{\"@class\":\"javax.swing.JEditorPane\"}]}")),
        "configuration.json names class \"javax.swing.JEditorPane\" (must be one of DL4J or ND4J)");
    refused(
        model("configuration.json", bytes("{\"@class\":\"x\",\"@class\":\"org.nd4j.Y\"}")),
        "configuration.json is not valid JSON");
    refused(
        model("configuration.json", new byte[(16 << 20) + 1]),
        "configuration.json is larger than 16 MiB");
    refused(
        model("coefficients.bin", array("FLOAT", 1L << 40)),
        "an array claims 1099511627776 elements (must be <= 16)");
    refused(model("coefficients.bin", array("FLOAT", 10)), "it ends after fewer than 10 floats");
    refused(model("coefficients.bin", array("UTF8", 10)), "an array holds UTF8 (must be [FLOAT])");
    refused(
        model("coefficients.bin", new byte[] {0, 2, -1, -1}),
        "coefficients.bin is no array of ND4J: malformed input around byte 0");
  }

  @Test
  void aNetworkOfDoublesIsRefusedBeforeItsWeightsAreRead() throws IOException {
    ComputationGraphConfiguration doubles =
        new NeuralNetConfiguration.Builder()
            .dataType(DataType.DOUBLE)
            .graphBuilder()
            .addInputs("in")
            .addLayer("out", new OutputLayer.Builder().nIn(2).nOut(3).build(), "in")
            .setOutputs("out")
            .build();
    ModelZip narrow = ModelZip.of(doubles, WeightVector.of(random(9, 1)), WeightVector.of(), 1, 1);
    String path = write(narrow).toString();
    assertThatThrownBy(() -> WeightFiles.open(hadoop, path))
        .hasMessage(
            "Cannot read model %s: its network is of DOUBLE (must be of FLOAT)".formatted(path));
  }

  @Test
  void aDamagedOrNewerCardIsNotTakenForNone() throws IOException {
    for (String[] cards :
        new String[][] {
          {"{", "it is damaged: Unexpected end-of-input"},
          {"{\"format\": 7}", "it has format 7, of Millrace ? (this one reads up to 1)"}
        }) {
      String file = model("millrace.json", bytes(cards[0])).toString();
      String message = "Cannot read model " + file + ": millrace.json: " + cards[1];
      assertThatThrownBy(() -> ModelZip.card(hadoop, file)).hasMessageStartingWith(message);
      assertThatThrownBy(() -> ModelZip.read(hadoop, file)).hasMessageStartingWith(message);
    }
    refused(
        model("millrace.json", new byte[(16 << 20) + 1]), "millrace.json is larger than 16 MiB");
  }

  @Test
  void aCardCutInTheMiddleOfTheFileIsAnError() throws IOException {
    ModelCard card = ModelCards.card("a", "b", "c");
    Path file =
        write(ModelZip.of(net(), WeightVector.of(1, 2), WeightVector.of(), 1, 1).with(card));
    byte[] whole = Files.readAllBytes(file);
    int at = new String(whole, StandardCharsets.ISO_8859_1).indexOf("millrace.json");
    Files.write(file, Arrays.copyOf(whole, at + 100));
    assertThatThrownBy(() -> ModelZip.card(hadoop, file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read model " + file);
    byte[] flipped = whole.clone();
    flipped[at + 60] ^= 4;
    Files.write(file, flipped);
    assertThatThrownBy(() -> ModelZip.card(hadoop, file.toString()))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("Cannot read model " + file);
  }

  @Test
  void serialisedObjectsAndWhateverElseIsNoModelAreRefused() throws IOException {
    for (String name : List.of("preprocessor.bin", "normalizer.bin", "updater.bin", "objects/x")) {
      refused(
          model(name, new byte[] {1}),
          "its entry %s holds serialised Java objects, or a normaliser, which are not read (save the model without it)"
              .formatted(name));
    }
    refused(
        model("run.sh", new byte[] {1}),
        "it has the entry run.sh (must have JSON and arrays alone)");
    assertThat(ModelZip.read(hadoop, model("note.json", bytes("{")).toString()).parameters())
        .isEqualTo(WeightVector.of(1, 2));
  }
}
