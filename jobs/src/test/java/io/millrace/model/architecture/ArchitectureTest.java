package io.millrace.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ImageShape;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.ResNet.Form;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.dropout.Dropout;
import org.deeplearning4j.nn.conf.dropout.IDropout;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.learning.config.Nesterovs;

class ArchitectureTest {
  private static final NetworkPurpose GREY = purpose(28, 1, 10);
  private static final NetworkPurpose SMALL = purpose(32, 3, 10);
  private static final NetworkPurpose LARGE = purpose(224, 3, 1000);

  /** Rows of the table that are nets of nobody's paper, or of other papers. */
  private static final Set<String> NOT_OURS =
      Set.of(
          "timm resnet50s",
          "timm resnet50t",
          "timm resnet101s",
          "timm resnet152s",
          "LeNet-5 of LeCun et al. 1998 (C3 by table, trainable subsampling, fixed RBF)",
          "Caffe's and DL4J's zoo LeNet (20, 50, 500), 28x28x1, valid convolutions");

  private static NetworkPurpose purpose(int side, int channels, int classes) {
    return new NetworkPurpose(
        new ImageShape(side, side, channels), classes, new Nesterovs(0.1, 0.9), 1);
  }

  private static CifarResNet cifar(int depth, Shortcut shortcut) {
    return new CifarResNet(depth, 16, shortcut, true);
  }

  private static ResNet resNet(int depth, Form form) {
    return new ResNet(depth, form, 64, true, HiddenActivation.RELU);
  }

  private static WideResNet wide(int depth, int widen) {
    return new WideResNet(depth, widen, 0.3, HiddenActivation.RELU);
  }

  private static MobileNetV1 mobile(double width) {
    return new MobileNetV1(width, HiddenActivation.RELU);
  }

  private static Vgg vgg(int depth, boolean batchNorm) {
    return new Vgg(depth, batchNorm, 64, 4096, 0.5, HiddenActivation.RELU);
  }

  private static LeNet5 leNet() {
    return new LeNet5(null, HiddenActivation.TANH);
  }

  static List<Arguments> references() {
    List<Arguments> all = new ArrayList<>();
    for (int depth : new int[] {18, 34, 50, 101, 152}) {
      all.add(Arguments.of("torchvision resnet" + depth, resNet(depth, Form.B), LARGE));
      if (depth < 50) {
        all.add(Arguments.of("timm resnet%dd".formatted(depth), resNet(depth, Form.D), LARGE));
      } else {
        all.add(Arguments.of("timm resnet%dc".formatted(depth), resNet(depth, Form.C), LARGE));
        all.add(Arguments.of("timm resnet%dd".formatted(depth), resNet(depth, Form.D), LARGE));
      }
    }
    all.add(Arguments.of("resnet18 with 10 classes", resNet(18, Form.B), SMALL));
    all.add(Arguments.of("resnet50 with 10 classes", resNet(50, Form.ORIGINAL), SMALL));
    all.add(Arguments.of("torchvision resnet50", new ResNet50(true), LARGE));
    all.add(Arguments.of("timm mobilenetv1_100", mobile(1), LARGE));
    all.add(Arguments.of("timm mobilenetv1_125", mobile(1.25), LARGE));
    for (String width : List.of("0.25", "0.5", "0.75")) {
      String name = "MobileNet v1 %s (widths rounded to 8)".formatted(width);
      all.add(Arguments.of(name, mobile(Double.parseDouble(width)), LARGE));
    }
    for (int depth : new int[] {11, 13, 16, 19}) {
      all.add(Arguments.of("torchvision vgg" + depth, vgg(depth, false), LARGE));
      all.add(Arguments.of("torchvision vgg%d_bn".formatted(depth), vgg(depth, true), LARGE));
    }
    for (int[] one : new int[][] {{16, 4}, {16, 8}, {22, 8}, {28, 10}, {40, 4}}) {
      String name = "WRN-%d-%d, 10 classes".formatted(one[0], one[1]);
      all.add(Arguments.of(name, wide(one[0], one[1]), SMALL));
    }
    all.add(Arguments.of("WRN-28-10, 100 classes", wide(28, 10), purpose(32, 3, 100)));
    all.add(Arguments.of("WRN-16-4, 10 classes, 1 channel", wide(16, 4), GREY));
    for (int depth : new int[] {20, 32, 44, 56, 110}) {
      String name = "CIFAR resnet%d, ".formatted(depth);
      all.add(Arguments.of(name + "projection (B)", cifar(depth, Shortcut.PROJECTION), SMALL));
      all.add(Arguments.of(name + "identity (A)", cifar(depth, Shortcut.IDENTITY), SMALL));
    }
    String commonly =
        "LeNet-5 as commonly built (C3 fully connected, pooling without weights), 32x32x1, 10 classes";
    all.add(Arguments.of(commonly, leNet(), purpose(32, 1, 10)));
    all.add(Arguments.of(commonly, leNet(), GREY));
    return all;
  }

  @ParameterizedTest
  @MethodSource("references")
  void hasAsManyTrainedParametersAsTheReference(
      String reference, Architecture architecture, NetworkPurpose purpose) throws IOException {
    assertThat(trained(architecture.configuration(purpose)))
        .isEqualTo(counts("networks").get("parameter_counts").get(reference).asLong());
  }

  static Stream<Arguments> shortReferences() {
    return Stream.of(
        Arguments.of("resnet18", resNet(18, Form.B), LARGE),
        Arguments.of("mobilenet_v1", mobile(1), LARGE),
        Arguments.of("cifar_resnet20_projection", cifar(20, Shortcut.PROJECTION), SMALL),
        Arguments.of("fashion_resnet20_projection_1channel", cifar(20, Shortcut.PROJECTION), GREY));
  }

  @ParameterizedTest
  @MethodSource("shortReferences")
  void hasAsManyAsTheOlderTableSays(
      String reference, Architecture architecture, NetworkPurpose purpose) throws IOException {
    assertThat(trained(architecture.configuration(purpose)))
        .isEqualTo(counts("parameter_counts").get(reference).asLong());
  }

  @Test
  void noRowOfTheTableIsLeftOut() throws IOException {
    Set<String> rows = new TreeSet<>(NOT_OURS);
    references().forEach(each -> rows.add((String) each.get()[0]));
    Set<String> table = new TreeSet<>();
    counts("networks").get("parameter_counts").fieldNames().forEachRemaining(table::add);
    assertThat(rows).isEqualTo(table);
  }

  private static JsonNode counts(String table) throws IOException {
    return new ObjectMapper()
        .readTree(ArchitectureTest.class.getResource("/oracles/%s.json".formatted(table)));
  }

  /** Read from the configuration, without memory for a hundred million parameters. */
  private static long trained(ComputationGraphConfiguration network) {
    long trained = 0;
    for (var vertex : network.getVertices().values()) {
      if (vertex instanceof LayerVertex layer) {
        var conf = layer.getLayerConf();
        boolean norm = conf.getLayer() instanceof BatchNormalization;
        trained += conf.getLayer().initializer().numParams(conf) / (norm ? 2 : 1);
      }
    }
    return trained;
  }

  /** Half of its four vectors are statistics. */
  @Test
  void aBatchNormCountsHalf() {
    BatchNormalization norm = new BatchNormalization.Builder().nIn(3).nOut(3).build();
    assertThat(norm.initializer().paramKeys(norm)).hasSize(4);
  }

  @Test
  void readsTheJsonOfAGraphOrAStackAndNothingElse() throws IOException {
    ComputationGraphConfiguration made = cifar(8, Shortcut.IDENTITY).configuration(GREY);
    assertThat(given(made.toJson()).toJson()).isEqualTo(made.toJson());
    assertThatThrownBy(() -> given("{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("Invalid model.configuration: not a DL4J network");
    assertThatThrownBy(() -> new Dl4jNetwork("net.json", true).configuration(GREY))
        .isInstanceOf(io.millrace.store.WrongInputException.class)
        .hasMessage("Cannot read model.configuration net.json: net.json")
        .hasCauseInstanceOf(FileNotFoundException.class);
  }

  private static ComputationGraphConfiguration given(String json) throws IOException {
    return new Dl4jNetwork("net.json", true)
        .configuration(
            new NetworkPurpose(
                GREY.images(),
                10,
                GREY.updater(),
                1,
                file -> file.equals("net.json") ? json : null));
  }

  @Test
  void refusesDepthsThatThereAreNot() {
    for (int depth : new int[] {2, 18, 21}) {
      refuses(() -> cifar(depth, Shortcut.PROJECTION), depth, "6n + 2");
    }
    for (int depth : new int[] {4, 27, 30}) {
      refuses(() -> wide(depth, 2), depth, "6n + 4");
    }
    refuses(() -> resNet(20, Form.B), 20, "18, 34, 50, 101 or 152");
    refuses(() -> vgg(12, true), 12, "11, 13, 16 or 19");
  }

  private static void refuses(Runnable maker, int depth, String rule) {
    assertThatThrownBy(maker::run)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid depth: %d (must be %s)".formatted(depth, rule));
  }

  @ParameterizedTest
  @CsvSource({
    "31, 40, Invalid input.height: 31 (must be >= 32 for vgg)",
    "40, 8, Invalid input.width: 8 (must be >= 32 for vgg)"
  })
  void vggRefusesImagesOfWhichNothingIsLeft(int height, int width, String message) {
    NetworkPurpose tiny =
        new NetworkPurpose(new ImageShape(height, width, 3), 10, GREY.updater(), 1);
    assertThatThrownBy(() -> vgg(11, false).configuration(tiny))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void leNetRefusesImagesOfWhichNothingIsLeft() {
    assertThatThrownBy(() -> leNet().configuration(purpose(15, 1, 10)))
        .hasMessage("Invalid input.height: 15 (must be >= 16 for lenet-5)");
    LeNet5 padded = new LeNet5(2, HiddenActivation.TANH);
    assertThatThrownBy(() -> padded.configuration(purpose(11, 1, 10)))
        .hasMessage("Invalid input.height: 11 (must be >= 12 for lenet-5)");
    assertThat(trained(padded.configuration(purpose(12, 1, 10))))
        .isEqualTo(trained(leNet().configuration(purpose(16, 1, 10))));
  }

  @Test
  void dropsWhereThePapersDo() {
    assertThat(dropouts(vgg(11, false).configuration(SMALL)))
        .containsExactly(
            entry("dense1_dropout", new Dropout(0.5)), entry("dense2_dropout", new Dropout(0.5)));
    assertThat(dropouts(wide(10, 1).configuration(SMALL)))
        .containsExactly(
            entry("stage1_block1_dropout", new Dropout(0.7)),
            entry("stage2_block1_dropout", new Dropout(0.7)),
            entry("stage3_block1_dropout", new Dropout(0.7)));
    WideResNet without = new WideResNet(10, 1, 0, HiddenActivation.RELU);
    assertThat(dropouts(without.configuration(SMALL))).isEmpty();
  }

  private static Map<String, IDropout> dropouts(ComputationGraphConfiguration network) {
    Map<String, IDropout> dropouts = new TreeMap<>();
    network
        .getVertices()
        .forEach(
            (name, vertex) -> {
              if (vertex instanceof LayerVertex layer
                  && layer.getLayerConf().getLayer().getIDropout() != null) {
                dropouts.put(name, layer.getLayerConf().getLayer().getIDropout());
              }
            });
    return dropouts;
  }

  @Test
  void saysInWordsWhatIsNotUsual() {
    assertThat(cifar(20, Shortcut.PROJECTION).words()).isEqualTo("cifar-resnet of depth 20");
    assertThat(new ResNet50(true, HiddenActivation.LEAKY_RELU).words())
        .isEqualTo("resnet50, leaky-relu");
    assertThat(resNet(18, Form.D).words()).isEqualTo("resnet of depth 18, form d");
    assertThat(wide(28, 10).words()).isEqualTo("wide-resnet 28-10, dropout 0.3");
    assertThat(mobile(0.5).words()).isEqualTo("mobilenet-v1 of width 0.5");
    assertThat(new Vgg(16, true, 64, 512, 0, HiddenActivation.GELU).words())
        .isEqualTo("vgg of depth 16 with batch norm, dense 512, dropout 0.0, gelu");
    assertThat(new LeNet5(null, HiddenActivation.RELU).words()).isEqualTo("lenet-5, relu");
  }
}
