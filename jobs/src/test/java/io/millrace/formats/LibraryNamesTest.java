package io.millrace.formats;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ImageShape;
import io.millrace.model.WeightNames;
import io.millrace.model.architecture.Architecture;
import io.millrace.model.architecture.HiddenActivation;
import io.millrace.model.architecture.MobileNetV1;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.architecture.ResNet;
import io.millrace.model.architecture.ResNet.Form;
import io.millrace.model.architecture.Vgg;
import io.millrace.model.layers.NativeMemory;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.learning.config.Sgd;

/** Every network that torchvision or timm has too, by the names of their state dicts. */
class LibraryNamesTest {
  @Test
  void everyNetworkHasTheNamesOfItsLibraries() throws Exception {
    JsonNode table =
        new ObjectMapper().readTree(getClass().getResource("/weights/state_dicts.json"));
    int compared = 0;
    for (WeightNames library : List.of(WeightNames.TORCHVISION, WeightNames.TIMM)) {
      for (var model : table.get(library.word()).properties()) {
        List<String> names = names(model.getKey(), library);
        assertThat(names).as(model.getKey()).hasSize(model.getValue().get("tensors").asInt());
        assertThat(hash(names))
            .as(model.getKey())
            .isEqualTo(model.getValue().get("sha256").asText());
        compared++;
      }
    }
    assertThat(compared).isEqualTo(13 + 23);
  }

  private static List<String> names(String model, WeightNames library) throws Exception {
    Architecture narrow = narrow(model);
    NetworkPurpose purpose = new NetworkPurpose(new ImageShape(32, 32, 3), 2, new Sgd(1), 1);
    ComputationGraph net = new ComputationGraph(narrow.configuration(purpose));
    net.init();
    List<String> names = new ArrayList<>();
    NamedParameter.pytorch(net, narrow.layerNames(library).orElseThrow())
        .forEach(each -> names.add(each.name()));
    NativeMemory.free(net);
    return names;
  }

  private static Architecture narrow(String model) {
    if (model.startsWith("mobilenetv1")) {
      return new MobileNetV1(0.01, HiddenActivation.RELU6);
    }
    int depth = Integer.parseInt(model.replaceAll("\\D", ""));
    if (model.startsWith("vgg")) {
      return new Vgg(depth, model.endsWith("_bn"), 1, 1, 0, HiddenActivation.RELU);
    }
    Form form = model.endsWith("c") ? Form.C : model.endsWith("d") ? Form.D : Form.B;
    return new ResNet(depth, form, 2, true, HiddenActivation.RELU);
  }

  private static String hash(List<String> names) throws Exception {
    String lines = names.stream().sorted().map(name -> name + "\n").collect(Collectors.joining());
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    return HexFormat.of().formatHex(sha.digest(lines.getBytes(StandardCharsets.UTF_8)));
  }
}
