package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.formats.NamedParameter;
import io.millrace.formats.SafetensorsWriter;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.WeightNames;
import io.millrace.prepare.Lake;
import io.millrace.prepare.Lake.Row;
import java.io.IOException;
import java.io.OutputStream;
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

/** Runs that start from the weights of a file. */
class PretrainedTest {
  private static final Configuration HADOOP = new Configuration();
  private static final String RESNET = "model={architecture: resnet, depth: 18, width: 2}";
  @TempDir private static Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 8, 8, 3), "png"), i % 3));
    }
    Path lake = Files.createDirectory(folder.resolve("lake"));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows);
    Prepared.by(config());
  }

  private static RunConfig config(String... overrides) {
    return ConfigReader.read(
        "run.yaml",
        """
        source: {path: %1$s/lake}
        dataset: {path: %1$s/set, validationShare: 0}
        input: {height: 8, width: 8}
        augment: []
        model: {architecture: cifar-resnet, depth: 8, width: 2}
        """
            .formatted(folder),
        List.of(overrides));
  }

  private static TrainingSetup setup(String... overrides) throws IOException {
    return TrainingSetup.of(config(overrides), HADOOP);
  }

  private static ComputationGraph start(String... overrides) throws IOException {
    return setup(overrides).network().initialised(HADOOP);
  }

  private static Path write(String name, SafetensorsWriter writer) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream out = Files.newOutputStream(file)) {
      writer.writeTo(out);
    }
    return file;
  }

  private static String pretrained(Path file, String more) {
    return "init={kind: pretrained, path: %s%s}".formatted(file, more);
  }

  private static String refusal(String... overrides) {
    try {
      setup(overrides);
      throw new AssertionError("taken");
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void ownNamesGiveTheSameBits() throws IOException {
    ComputationGraph net = start("seed=3");
    Path file =
        write("own.safetensors", new SafetensorsWriter(Map.of()).add(NamedParameter.own(net)));
    TrainingSetup setup = setup("seed=9", pretrained(file, ""));
    assertThat(setup.network().initialised(HADOOP).params()).isEqualTo(net.params());
    assertThat(start("seed=9").params()).isNotEqualTo(net.params());
    assertThat(setup.plan().lines())
        .contains("init           the weights of " + file)
        .anyMatch(line -> line.matches(" +47 matched: stem.W, stem_bn.gamma, .* and 39 more"));
  }

  @Test
  void namesOfTorchvisionGiveTheSameBits() throws IOException {
    ComputationGraph net = start(RESNET, "seed=3");
    var layers = config(RESNET).model().architecture().layerNames(WeightNames.TORCHVISION);
    Path file =
        write(
            "tv.safetensors",
            new SafetensorsWriter(Map.of("format", "pt"))
                .add(NamedParameter.pytorch(net, layers.orElseThrow())));
    String init = pretrained(file, ", names: torchvision, normalization: imagenet");
    TrainingSetup setup = setup(RESNET, "seed=9", init);
    assertThat(setup.network().initialised(HADOOP).params()).isEqualTo(net.params());
    ModelInput input = setup.card().input();
    assertThat(input.mean()).containsExactly(0.485f, 0.456f, 0.406f);
    assertThat(input.deviation()).containsExactly(0.229f, 0.224f, 0.225f);
    assertThat(setup.input().words())
        .isEqualTo(
            "8 x 8, 3 channels, mean 0.4850 0.4560 0.4060, deviation 0.2290 0.2240 0.2250 of init.normalization, imagenet");
    assertThat(refusal(RESNET, init, "input.normalize=false"))
        .isEqualTo(
            "Invalid init.normalization: imagenet (must be left out where input.normalize is false)");
    assertThat(refusal(init))
        .isEqualTo(
            "Invalid init.names: torchvision (must be own: it has no cifar-resnet of depth 8 and width 2)");
  }

  @Test
  void whatDoesNotMatchIsRefusedByNameOrSaid() throws IOException {
    ComputationGraph net = start("seed=3");
    List<NamedParameter> some = new ArrayList<>(NamedParameter.own(net));
    some.removeIf(each -> each.slot().vertex().equals("stem_bn"));
    Path file =
        write(
            "some.safetensors",
            new SafetensorsWriter(Map.of())
                .add(some)
                .add("more.W", List.of(2L), () -> new float[2]));
    assertThat(refusal(pretrained(file, "")))
        .isEqualTo(
            "Invalid init.path: %s (must have the parameters of this run's network: 4 missing: stem_bn.gamma, stem_bn.beta, stem_bn.mean, stem_bn.var; 1 unexpected: more.W; strict: false beside init's kind: pretrained and path takes what fits, with a new head for other classes)",
            file);
    TrainingSetup setup = setup("seed=9", pretrained(file, ", strict: false"));
    assertThat(setup.taken())
        .hasSize(3)
        .contains(
            "4 missing, started as usual: stem_bn.gamma, stem_bn.beta, stem_bn.mean, stem_bn.var",
            "1 unexpected, left out: more.W");
    assertThat(setup.network().initialised(HADOOP).params()).isEqualTo(net.params());
    assertThat(refusal(pretrained(file, ", strict: false"), "model.width=3"))
        .startsWith(
            "Invalid init.path: %s (must have the parameters of this run's network: of another shape: stem.W is [2, 3, 3, 3], the network's [3, 3, 3, 3], "
                .formatted(file));
  }

  @Test
  void aNewHeadKeepsTheRowsOfTheClassesThatItKnowsByName() throws IOException {
    ComputationGraph net = start("seed=3");
    ModelCard of = setup().card();
    assertThat(of.classes()).containsExactly("0", "1", "2");
    ModelCard card = ModelCard.of(of.run(), List.of("2", "x", "0"), of.input(), of.versions());
    Path file =
        write(
            "head.safetensors",
            new SafetensorsWriter(Map.of()).add(NamedParameter.own(net)).add(card));
    assertThat(refusal(pretrained(file, "")))
        .contains("the model does not know 1;", "; strict: false beside init's kind: pretrained");
    String[] overrides = {"seed=9", pretrained(file, ", strict: false")};
    assertThat(setup(overrides).taken().get(1))
        .startsWith("2 reshaped for 3 classes, which start anew but for 2 known by name: output.W");
    INDArray[] theirs = head(net);
    INDArray[] ours = head(start(overrides));
    INDArray[] anew = head(start("seed=9"));
    for (int i = 0; i < 2; i++) {
      int last = ours[i].rank() - 1;
      assertThat(ours[i].slice(0, last)).isEqualTo(theirs[i].slice(2, last));
      assertThat(ours[i].slice(1, last)).isEqualTo(anew[i].slice(1, last));
      assertThat(ours[i].slice(2, last)).isEqualTo(theirs[i].slice(0, last));
    }
    assertThat(theirs[0].slice(1, 1)).isNotEqualTo(anew[0].slice(1, 1));
    String stage = "stages=[{name: all, epochs: 1}]";
    assertThat(setup("seed=9", overrides[1], stage).network().groups())
        .hasSize(2)
        .anyMatch(line -> line.matches("stem to stage3.*, rate x 0.1, decay .*"))
        .anyMatch(line -> line.matches("output: 2 parameters .*, rate x 1, decay .*"));
  }

  @Test
  void aHeadOfAnotherNumberOfClassesIsNewWhereNothingIsSaidOfThem() throws IOException {
    ComputationGraph net = start(RESNET, "seed=3");
    var layers = config(RESNET).model().architecture().layerNames(WeightNames.TORCHVISION);
    List<NamedParameter> trunk = new ArrayList<>(NamedParameter.pytorch(net, layers.orElseThrow()));
    trunk.removeIf(each -> each.name().startsWith("fc."));
    Path file =
        write(
            "large.safetensors",
            new SafetensorsWriter(Map.of())
                .add(trunk)
                .add("fc.weight", List.of(5L, 16L), () -> new float[80])
                .add("fc.bias", List.of(5L), () -> new float[5]));
    assertThat(refusal(RESNET, pretrained(file, ", names: torchvision")))
        .contains(
            "2 of another shape: fc.weight is [5, 16], the network's [3, 16], fc.bias is [5]",
            "; strict: false beside init's kind: pretrained and path takes what fits, with a new head");
    assertThat(refusal(RESNET, pretrained(file, ", names: torchvision"), "model.width=8"))
        .as("where nothing would fit")
        .doesNotContain("strict: false");
    String[] overrides = {
      RESNET, "seed=9", pretrained(file, ", names: torchvision, strict: false")
    };
    ComputationGraph got = start(overrides);
    assertThat(head(got)[0]).isEqualTo(head(start(RESNET, "seed=9"))[0]);
    assertThat(got.getVertex("stem").params()).isEqualTo(net.getVertex("stem").params());
  }

  private static INDArray[] head(ComputationGraph net) {
    Map<String, INDArray> head = net.getVertex("output").paramTable(false);
    return new INDArray[] {head.get("W"), head.get("b")};
  }

  @Test
  void pretrainedIsAStartOfTheWholeNetworkOnly() {
    assertThatThrownBy(() -> config("init={kind: pretrained, path: a, rules: [{kind: normal}]}"))
        .hasMessageContaining(
            "Invalid init.rules: 1 given (must be none where kind is pretrained)");
    assertThatThrownBy(() -> config("init={rules: [{kind: pretrained, path: a}]}"))
        .hasMessageContaining("(must be one that starts a parameter by itself)");
    assertThatThrownBy(() -> config("init={kind: pretrained}")).hasMessageContaining("init.path");
  }

  @Test
  void aKerasModelIsNetworkAndStartOfARun() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      rows.add(new Row(Lake.encoded(Lake.picture(i, 12, 10, 3), "png"), i % 4));
    }
    Path lake = Files.createDirectory(folder.resolve("four"));
    Lake.huggingFace(lake.resolve("train-0.parquet"), rows);
    String keras = getClass().getResource("/oracles/keras/keras2_functional.h5").getPath();
    String[] overrides = {
      "source.path=" + lake,
      "dataset.path=" + folder.resolve("fourset"),
      "input={height: 12, width: 10}",
      "model={architecture: dl4j, configuration: %s}".formatted(keras),
      pretrained(Path.of(keras), ", normalization: inception")
    };
    Prepared.by(config(overrides));
    TrainingSetup setup = setup(overrides);
    assertThat(setup.taken()).first().asString().startsWith("14 matched: conv_a.W, bn_a.gamma");
    assertThat(
            setup
                .network()
                .initialised(HADOOP)
                .getVertex("head")
                .paramTable(false)
                .get("W")
                .shape())
        .containsExactly(8, 4);
  }
}
