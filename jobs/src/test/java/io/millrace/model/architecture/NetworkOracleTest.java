package io.millrace.model.architecture;

import static io.millrace.model.architecture.HiddenActivation.RELU;
import static io.millrace.model.architecture.HiddenActivation.RELU6;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ClassOutput;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.architecture.ResNet.Form;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Narrow nets with the weights of torchvision and timm give the logits that those gave. */
class NetworkOracleTest {
  private static final int CLASSES = 10;

  /** A net of the table; its layers' names there by their names here. */
  private record Net(String name, String logits, Architecture ours, UnaryOperator<String> theirs) {
    @Override
    public String toString() {
      return name + ", " + logits;
    }
  }

  private static List<Net> nets() {
    UnaryOperator<String> timm =
        name ->
            ofResNet(name)
                .replace("downsample.1", "downsample.2")
                .replace("downsample.0", "downsample.1");
    return List.of(
        new Net("resnet18_quarter", "logits", resNet(18, Form.B, 16), NetworkOracleTest::ofResNet),
        new Net("resnet50_eighth", "logits", resNet(50, Form.B, 8), NetworkOracleTest::ofResNet),
        new Net("resnet18d_quarter", "logits", resNet(18, Form.D, 16), timm),
        new Net("resnet50d_eighth", "logits", resNet(50, Form.D, 8), timm),
        new Net(
            "mobilenetv1_quarter",
            "logits",
            new MobileNetV1(0.25, RELU6),
            NetworkOracleTest::ofMobileNet),
        new Net(
            "mobilenetv1_quarter",
            "logits_with_relu_instead_of_relu6",
            new MobileNetV1(0.25, RELU),
            NetworkOracleTest::ofMobileNet),
        new Net("vgg11_eighth", "logits", new Vgg(11, false, 8, 64, 0.5, RELU), ofVgg(2)),
        new Net("vgg11_bn_eighth", "logits", new Vgg(11, true, 8, 64, 0.5, RELU), ofVgg(3)));
  }

  private static ResNet resNet(int depth, Form form, int width) {
    return new ResNet(depth, form, width, true, RELU);
  }

  static List<Arguments> onStockAndNativeLayers() {
    List<Arguments> all = new ArrayList<>();
    for (Net net : nets()) {
      all.add(Arguments.of(net, FastPath.TRUE));
      all.add(Arguments.of(net, FastPath.FALSE));
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("onStockAndNativeLayers")
  void logitsAreTheReferences(Net net, FastPath path) throws Exception {
    JsonNode table =
        new ObjectMapper()
            .readTree(getClass().getResource("/oracles/networks.json"))
            .get("nets")
            .get(net.name);
    Safetensors weights = new Safetensors("/oracles/nets/%s.safetensors".formatted(net.name));
    INDArray images =
        new Safetensors("/oracles/nets/%s.io.safetensors".formatted(net.name)).array("input");
    ComputationGraph made = network(net, images, path);
    for (ParameterSlot slot : ParameterLayout.of(made).slots()) {
      INDArray view = made.getVertex(slot.vertex()).paramTable(false).get(slot.name());
      view.assign(shaped(weights.array(net.theirs.apply(slot.vertex()) + of(slot)), view));
    }
    INDArray found = made.outputSingle(images);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < images.size(0); i++) {
      for (int k = 0; k < CLASSES; k++) {
        double expected = table.get(net.logits).get(i).get(k).asDouble();
        largest = Math.max(largest, Math.abs(expected));
        difference = Math.max(difference, Math.abs(found.getDouble(i, k) - expected));
      }
    }
    NativeMemory.free(made);
    assertThat(difference / largest).isLessThan(table.get("tolerance").asDouble() / 10);
  }

  private static ComputationGraph network(Net net, INDArray images, FastPath path)
      throws Exception {
    ImageShape shape =
        new ImageShape((int) images.size(2), (int) images.size(3), (int) images.size(1));
    ComputationGraphConfiguration configuration =
        net.ours.configuration(new NetworkPurpose(shape, CLASSES, new Sgd(0.1), 1));
    ClassOutput.of(configuration).giveLogits();
    return NativePass.network(configuration, path).network();
  }

  /** With DL4J's shape, which keeps dense weights as [in, out], depthwise as [kH, kW, in, 1]. */
  private static INDArray shaped(INDArray theirs, INDArray view) {
    if (theirs.rank() == 2) {
      return theirs.transpose();
    }
    boolean depthwise = theirs.rank() == 4 && view.size(3) == 1 && view.size(0) == 3;
    return depthwise ? theirs.permute(2, 3, 0, 1) : theirs.reshape(view.shape());
  }

  private static String of(ParameterSlot slot) {
    return switch (slot.kind()) {
      case WEIGHT, GAMMA -> ".weight";
      case BIAS, BETA -> ".bias";
      case MEAN -> ".running_mean";
      case VARIANCE -> ".running_var";
      case CENTER -> throw new IllegalArgumentException(slot.toString());
    };
  }

  private static String ofResNet(String name) {
    return fromZero(name)
        .replaceAll("^stem$", "conv1")
        .replaceAll("^stem_bn$", "bn1")
        .replaceAll("^stem1$", "conv1.0")
        .replaceAll("^stem1_bn$", "conv1.1")
        .replaceAll("^stem2$", "conv1.3")
        .replaceAll("^stem2_bn$", "conv1.4")
        .replaceAll("^stem3$", "conv1.6")
        .replaceAll("^stem3_bn$", "bn1")
        .replaceAll("^stage(\\d)_block(\\d)_", "layer$1.$2.")
        .replaceAll("conv(\\d)_bn$", "bn$1")
        .replaceAll("shortcut_bn$", "downsample.1")
        .replaceAll("shortcut$", "downsample.0")
        .replaceAll("^output$", "fc");
  }

  /** Counts the blocks of a stage from 0. */
  private static String fromZero(String name) {
    return Pattern.compile("(?<=_block)\\d")
        .matcher(name)
        .replaceAll(found -> Integer.toString(Integer.parseInt(found.group()) - 1));
  }

  private static String ofMobileNet(String name) {
    if (!name.startsWith("block")) {
      return name.replaceAll("^stem_bn$", "bn1")
          .replaceAll("^stem$", "conv_stem")
          .replaceAll("^output$", "classifier");
    }
    int block = Integer.parseInt(name.replaceAll("^block(\\d+)_.*", "$1"));
    int[] firsts = {1, 2, 4, 6, 12};
    int stage = firsts.length - 1;
    while (firsts[stage] > block) {
      stage--;
    }
    String layer =
        switch (name.replaceAll("^block\\d+_", "")) {
          case "dw" -> "conv_dw";
          case "dw_bn" -> "bn1";
          case "pw" -> "conv_pw";
          default -> "bn2";
        };
    return "blocks.%d.%d.%s".formatted(stage, block - firsts[stage], layer);
  }

  /** Layers are numbered through, each convolution with what follows it, and the poolings. */
  private static UnaryOperator<String> ofVgg(int layersOfAConvolution) {
    int[] convolutions = {1, 1, 2, 2, 2};
    return name -> {
      if (!name.startsWith("stage")) {
        return switch (name) {
          case "dense1" -> "classifier.0";
          case "dense2" -> "classifier.3";
          default -> "classifier.6";
        };
      }
      int stage = Integer.parseInt(name.substring(5, 6));
      int index = (Integer.parseInt(name.substring(11, 12)) - 1) * layersOfAConvolution;
      for (int before = 0; before < stage - 1; before++) {
        index += convolutions[before] * layersOfAConvolution + 1;
      }
      return "features." + (name.endsWith("_bn") ? index + 1 : index);
    };
  }
}
