package io.millrace.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.formats.ModelZip;
import io.millrace.formats.NamedParameter;
import io.millrace.formats.WeightFile;
import io.millrace.formats.WeightFiles;
import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.WeightNames;
import io.millrace.model.architecture.HiddenActivation;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.ResNet;
import io.millrace.report.ModelDescription;
import io.millrace.store.RunFolder;
import io.millrace.wire.WeightVector;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import onnx.Onnx.ModelProto;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.util.ModelSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;

class ExportJobTest {
  private static final ImageShape IMAGES = new ImageShape(32, 32, 3);
  private static final ResNet NETWORK =
      new ResNet(18, ResNet.Form.B, 4, true, HiddenActivation.RELU);

  @TempDir private Path dir;
  private final Configuration hadoop = new Configuration();
  private ComputationGraph net;
  private String model;

  @BeforeEach
  void save() throws IOException {
    save(IMAGES, new float[] {0.5f, 0.5f, 0.5f});
  }

  private void save(ImageShape images, float[] values) throws IOException {
    var network = NETWORK.configuration(new NetworkPurpose(images, 3, new Nesterovs(0.1), 1));
    net = new ComputationGraph(network.clone());
    net.init();
    for (String norm : List.of("stem_bn", "stage2_block1_conv2_bn")) {
      net.getLayer(norm).paramTable().get("mean").assign(0.25);
      net.getLayer(norm).paramTable().get("var").assign(0.5);
      net.getLayer(norm).paramTable().get("gamma").assign(1.5);
    }
    ModelCard card =
        ModelCard.of(
            new ModelCard.Run("night", NETWORK.words(), Map.of("data", "d")),
            List.of("cat", "dog", "owl"),
            ModelInput.of(images, values, values, 1),
            Map.of("millrace", "0.1.0"));
    WeightVector weights = WeightVector.of(net.params().dup().data().asFloat());
    WeightVector state = WeightVector.zeros(weights.length());
    model = write("run/model.zip", ModelZip.of(network, weights, state, 7, 2).with(card));
  }

  private String write(String name, ModelZip zip) throws IOException {
    RunFolder.open(hadoop, new org.apache.hadoop.fs.Path(dir.toString())).write(name, zip::writeTo);
    return dir.resolve(name).toString();
  }

  private static RunConfig config(String network) throws IOException {
    return ConfigReader.read("test.yaml", "model: {%s}".formatted(network), List.of());
  }

  private List<String> export(String format, String output, WeightNames names, boolean fold)
      throws IOException {
    return ExportJob.run(
        config("architecture: resnet, depth: 18, width: 4"),
        new ExportRequest(model, format, output, names, fold, false),
        hadoop);
  }

  private Path file(String name) {
    return dir.resolve("run").resolve(name);
  }

  /** The arrays of a file of weights, which are those of the network by these names. */
  private void requireWeights(Path file, UnaryOperator<String> names) throws IOException {
    WeightFile read = WeightFiles.open(hadoop, file.toString());
    Map<String, float[]> values = new HashMap<>();
    read.read(read.shapes().keySet(), values::put);
    List<NamedParameter> ours =
        names == null ? NamedParameter.own(net) : NamedParameter.pytorch(net, names);
    assertThat(values).hasSize(ours.size());
    for (NamedParameter each : ours) {
      assertThat(values.get(each.name())).as(each.name()).isEqualTo(each.values());
      assertThat(read.shapes().get(each.name())).isEqualTo(each.shape());
    }
    assertThat(read.card().orElseThrow().classes()).containsExactly("cat", "dog", "owl");
  }

  @Test
  void weightsHaveTheirOwnNamesOrThoseOfALibrary() throws IOException {
    export("safetensors", null, null, false);
    requireWeights(file("model.safetensors"), null);
    String timm = file("timm.safetensors").toString();
    export("safetensors", timm, WeightNames.TIMM, false);
    requireWeights(Path.of(timm), NETWORK.layerNames(WeightNames.TIMM).orElseThrow());
    export("torchscript-names", null, null, false);
    requireWeights(
        file("model.torch.safetensors"), NETWORK.layerNames(WeightNames.TORCHVISION).orElseThrow());
  }

  @Test
  void aZipForInferenceHasNoStateAndNoNormsWhereTheyAreFolded() throws IOException {
    assertThat(export("dl4j", null, null, true))
        .contains("folded         20 of 20 batch norms into the layers before them");
    ComputationGraph folded =
        ModelSerializer.restoreComputationGraph(file("model.dl4j.zip").toFile());
    assertThat(folded.getLayers())
        .noneMatch(layer -> layer.conf().getLayer() instanceof BatchNormalization);
    INDArray images = Nd4j.rand(DataType.FLOAT, 2, 3, 32, 32);
    INDArray difference = folded.outputSingle(images).sub(net.outputSingle(images));
    assertThat(difference.amaxNumber().doubleValue()).isLessThan(1e-5);
    ModelZip zip = ModelZip.read(hadoop, file("model.dl4j.zip").toString());
    assertThat(zip.updaterState().length()).isZero();
    assertThat(zip.card()).isPresent();
  }

  @Test
  void whatIsThereIsReplacedOnlyOnWish() throws IOException {
    List<String> lines = export("onnx", null, null, true);
    assertThat(lines.get(lines.size() - 1))
        .isEqualTo(
            "format=onnx file=file:%s card=file:%s", file("model.onnx"), file("model.onnx.md"));
    byte[] bytes = Files.readAllBytes(file("model.onnx"));
    assertThat(ModelProto.parseFrom(bytes).getGraph().getName()).isEqualTo("night");
    assertThat(export("onnx", null, null, true).get(0)).startsWith("is there already, ");
    assertThatThrownBy(() -> export("onnx", null, null, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid --output: file:%s (must not be there; --overwrite replaces it)",
            file("model.onnx"));
    assertThat(Files.readAllBytes(file("model.onnx"))).isEqualTo(bytes);
    ExportJob.run(config(""), new ExportRequest(model, "onnx", null, null, false, true), hadoop);
    assertThat(Files.readAllBytes(file("model.onnx"))).isNotEqualTo(bytes);
  }

  @Test
  void theModelItselfIsNeverReplaced() throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(model));
    Files.createSymbolicLink(dir.resolve("link"), Path.of(model).getParent());
    for (String format : List.of("onnx", "dl4j")) {
      for (String folder : List.of("/run/../run", "/link")) {
        var request =
            new ExportRequest(
                model, format, "file:" + dir + folder + "/model.zip", null, false, true);
        assertThatThrownBy(() -> ExportJob.run(config(""), request, hadoop))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageMatching(
                "Invalid --output: file:.*/model.zip \\(must not be the model itself\\)");
      }
    }
    assertThat(Path.of(model)).hasBinaryContent(bytes);
  }

  @Test
  void aCardReplacesNoOtherTextUnasked() throws IOException {
    String own =
        "- SHA-256 of the model: " + DigestUtils.sha256Hex(Files.readAllBytes(Path.of(model)));
    Files.writeString(file("model.md"), own);
    for (boolean overwrite : List.of(false, true)) {
      var request =
          new ExportRequest(model, "onnx", file("model").toString(), null, false, overwrite);
      assertThatThrownBy(() -> ExportJob.run(config(""), request, hadoop))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "Invalid --output: file:%s (must be another name: model.md beside it is what the run says of its model)",
              file("model"));
    }
    assertThat(file("model.md")).hasContent(own);
    assertThat(file("model")).doesNotExist();
    Files.writeString(file("net.md"), "notes");
    String net = file("net").toString();
    assertThatThrownBy(() -> export("onnx", net, null, false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "Invalid --output: file:%s (its card, net.md, must not be there; --overwrite replaces it)",
            net);
    assertThat(file("net.md")).hasContent("notes");
    assertThat(file("net")).doesNotExist();
    ExportJob.run(config(""), new ExportRequest(model, "onnx", net, null, false, true), hadoop);
    assertThat(Files.readString(file("net.md"))).contains("onnxruntime");
  }

  @Test
  void whatTheRunSaysOfItsModelGoesWithItAndStaysAsItIs() throws IOException {
    String sha256 = DigestUtils.sha256Hex(Files.readAllBytes(file("model.zip")));
    ModelCard card = ModelZip.card(hadoop, model).orElseThrow();
    String said =
        ModelDescription.of(card, sha256, Optional.empty())
            .replace("## How to load it", "more\n\n## How to load it");
    Files.writeString(file("model.md"), said);
    Path elsewhere = Files.createDirectory(dir.resolve("elsewhere"));
    export("onnx", elsewhere.resolve("net.onnx").toString(), null, false);
    String head = said.substring(0, said.indexOf("## How"));
    assertThat(Files.readString(elsewhere.resolve("net.onnx.md")))
        .startsWith(head)
        .contains("onnxruntime.InferenceSession(\"net.onnx\")")
        .doesNotContain("DL4J 1", "restoreComputationGraph");
    export("onnx", null, null, false);
    assertThat(file("model.md")).hasContent(said);
    assertThat(Files.readString(file("model.onnx.md"))).startsWith(head);
    Files.writeString(file("model.md"), "of another model");
    export("onnx", elsewhere.resolve("other.onnx").toString(), null, false);
    assertThat(Files.readString(elsewhere.resolve("other.onnx.md")))
        .startsWith("# night\n\nresnet of depth 18, form b, width 4, 3 classes,")
        .contains("- SHA-256 of the model: " + sha256);
    assertThat(file("model.md")).hasContent("of another model");
  }

  @Test
  void eachFormatSaysHowItsFileIsLoaded() throws IOException {
    assertThat(loading("dl4j", null, "model.dl4j.zip"))
        .contains("restoreComputationGraph(new File(\"model.dl4j.zip\"))");
    assertThat(loading("safetensors", null, "model.safetensors"))
        .contains("safe_open(\"model.safetensors\", \"numpy\")")
        .contains("json.loads(file.metadata()[\"millrace.json\"])[\"classes\"]");
    assertThat(Files.readString(file("model.safetensors"), StandardCharsets.ISO_8859_1))
        .contains("\"millrace.json\":");
    assertThat(loading("torchscript-names", null, "model.torch.safetensors"))
        .contains("torchvision.models.get_model(\"NAME\", num_classes=3)")
        .contains("load_file(\"model.torch.safetensors\")");
    Files.delete(file("model.safetensors"));
    assertThat(loading("safetensors", WeightNames.TIMM, "model.safetensors"))
        .contains("timm.create_model(\"NAME\", num_classes=3, in_chans=3)");
  }

  /** torchvision's modules see colour alone. */
  @Test
  void aGreyModelWantsAModuleOfOneChannel() throws IOException {
    save(new ImageShape(IMAGES.height(), IMAGES.width(), 1), new float[] {0.5f});
    assertThat(loading("torchscript-names", null, "model.torch.safetensors"))
        .startsWith(
            "## How to load it\n\nIn PyTorch, with the module that torchvision has for a resnet of"
                + " depth 18, form b, width 4, its first convolution replaced by one of 1 channel,");
    assertThat(loading("safetensors", WeightNames.TIMM, "model.safetensors"))
        .contains("timm.create_model(\"NAME\", num_classes=3, in_chans=1)")
        .doesNotContain("first convolution");
  }

  private String loading(String format, WeightNames names, String name) throws IOException {
    export(format, null, names, false);
    String text = Files.readString(file(name + ".md"));
    return text.substring(text.indexOf("## How to load it"));
  }

  @Test
  void whatAFormatCannotHoldIsRefusedByName() throws IOException {
    refused(
        "tflite",
        null,
        false,
        "Invalid --format: tflite (must be one of onnx, safetensors, dl4j, torchscript-names)");
    refused("onnx", WeightNames.TIMM, false, "Invalid --names: timm (must be left out for onnx)");
    refused(
        "torchscript-names",
        null,
        true,
        "Invalid --fold: it does not go with names of torchvision, whose modules have batch norms");
    assertThatThrownBy(
            () ->
                ExportJob.run(
                    config("depth: 20"),
                    new ExportRequest(model, "torchscript-names", null, null, false, false),
                    hadoop))
        .hasMessage(
            "Invalid --format: torchscript-names (neither torchvision nor timm has cifar-resnet of"
                + " depth 20)");
    assertThatThrownBy(
            () ->
                ExportJob.run(
                    config("architecture: resnet, depth: 34, width: 4"),
                    new ExportRequest(
                        model, "safetensors", null, WeightNames.TORCHVISION, false, false),
                    hadoop))
        .hasMessage(
            "Invalid model.architecture: resnet of depth 34, form b, width 4 (must be that of the"
                + " model, resnet of depth 18, form b, width 4: names go by it)");
    String bare =
        write(
            "bare.zip",
            new ModelZip("{}", WeightVector.of(1), WeightVector.of(), Optional.empty()));
    assertThatThrownBy(
            () ->
                ExportJob.run(
                    config(""), new ExportRequest(bare, "onnx", null, null, false, false), hadoop))
        .hasMessage("Cannot read model %s: its configuration.json is no DL4J network", bare);
  }

  private void refused(String format, WeightNames names, boolean fold, String message) {
    assertThatThrownBy(() -> export(format, null, names, fold))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }
}
