package io.millrace.onnx;

import io.millrace.model.ImageShape;
import io.millrace.model.ModelCard;
import io.millrace.model.ModelInput;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.wire.WeightVector;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A network with weights of which none is what it starts with. */
record WeightedNet(ComputationGraph net, ModelCard card) {
  static WeightedNet of(ComputationGraphConfiguration network, ImageShape images, int classes) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
    net.init();
    Random random = new Random(5);
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray values = net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
      float[] drawn = new float[(int) slot.length()];
      for (int i = 0; i < drawn.length; i++) {
        drawn[i] =
            switch (slot.kind()) {
              case VARIANCE, GAMMA -> 0.5f + random.nextFloat();
              case WEIGHT -> Float.NaN;
              default -> (float) random.nextGaussian() / 4;
            };
      }
      if (!Float.isNaN(drawn[0])) {
        values.assign(org.nd4j.linalg.factory.Nd4j.createFromArray(drawn).reshape(values.shape()));
      }
    }
    float[] mean = new float[images.channels()];
    Arrays.fill(mean, 0.5f);
    ModelCard card =
        ModelCard.of(
            new ModelCard.Run("night", "a net", Map.of("data", "d")),
            IntStream.range(0, classes).mapToObj(k -> "class \"" + k + "\"").toList(),
            ModelInput.of(images, mean, mean, 0.875),
            Map.of("millrace", "0.1.0"));
    return new WeightedNet(net, card);
  }

  ComputationGraphConfiguration configuration() {
    return net.getConfiguration();
  }

  WeightVector parameters() {
    return WeightVector.of(net.params().dup().data().asFloat());
  }

  List<ParameterSlot> slots() {
    return ParameterLayout.of(net).slots();
  }

  INDArray parameter(ParameterSlot slot) {
    return net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
  }
}
