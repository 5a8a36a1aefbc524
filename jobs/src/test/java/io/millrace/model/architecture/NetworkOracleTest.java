package io.millrace.model.architecture;

import static io.millrace.model.WeightNames.TIMM;
import static io.millrace.model.WeightNames.TORCHVISION;
import static io.millrace.model.architecture.HiddenActivation.RELU;
import static io.millrace.model.architecture.HiddenActivation.RELU6;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.formats.NamedParameter;
import io.millrace.formats.WeightFile;
import io.millrace.formats.WeightFiles;
import io.millrace.formats.WeightTransfer;
import io.millrace.model.ClassOutput;
import io.millrace.model.ImageShape;
import io.millrace.model.WeightNames;
import io.millrace.model.architecture.ResNet.Form;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativeMemory;
import io.millrace.model.layers.NativePass;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
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

  /** A net of the table. */
  private record Net(String name, String logits, Architecture ours, WeightNames library) {
    @Override
    public String toString() {
      return name + ", " + logits;
    }
  }

  private static List<Net> nets() {
    return List.of(
        new Net("resnet18_quarter", "logits", resNet(18, Form.B, 16), TORCHVISION),
        new Net("resnet50_eighth", "logits", resNet(50, Form.B, 8), TORCHVISION),
        new Net("resnet18d_quarter", "logits", resNet(18, Form.D, 16), TIMM),
        new Net("resnet50d_eighth", "logits", resNet(50, Form.D, 8), TIMM),
        new Net("mobilenetv1_quarter", "logits", new MobileNetV1(0.25, RELU6), TIMM),
        new Net(
            "mobilenetv1_quarter",
            "logits_with_relu_instead_of_relu6",
            new MobileNetV1(0.25, RELU),
            TIMM),
        new Net("vgg11_eighth", "logits", new Vgg(11, false, 8, 64, 0.5, RELU), TORCHVISION),
        new Net("vgg11_bn_eighth", "logits", new Vgg(11, true, 8, 64, 0.5, RELU), TORCHVISION));
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
    INDArray images =
        new Safetensors("/oracles/nets/%s.io.safetensors".formatted(net.name)).array("input");
    ComputationGraph made = network(net, images, path);
    WeightFile file =
        WeightFiles.open(
            new Configuration(),
            getClass().getResource("/oracles/nets/%s.safetensors".formatted(net.name)).getPath());
    var names = net.ours.layerNames(net.library).orElseThrow();
    WeightTransfer.strict(file, NamedParameter.pytorch(made, names)).run();
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
}
