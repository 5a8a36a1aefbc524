package io.millrace.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.layers.FastPath;
import io.millrace.model.layers.NativePass;
import java.util.HashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Sgd;

/** Three updates of an 8-layer residual net against the values PyTorch computed. */
class ThreeStepsTest {
  private static final double TOLERANCE = 1e-4;
  private static final double RATE = 0.05;
  private static final double MOMENTUM = 0.9;
  private static final double L2 = 0.01;
  private static final double SMOOTHING = 0.1;
  private static final int CLASSES = 10;

  @ParameterizedTest
  @EnumSource
  void lossesGradientsWeightsAndLogitsAreTheReferences(FastPath fast) throws Exception {
    Safetensors oracle = new Safetensors("/oracles/resnet8_three_steps.safetensors");
    ComputationGraph net = network(fast);
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      view(net, slot).assign(oracle.reference("initial", slot));
    }
    INDArray images = oracle.array("input");
    INDArray labels = smoothed(oracle.array("labels"));
    JsonNode losses = new ObjectMapper().readTree(oracle.metadata("losses"));
    Map<ParameterSlot, INDArray> momenta = new HashMap<>();
    for (int update = 0; update < 3; update++) {
      net.setInputs(images);
      net.setLabels(labels);
      net.computeGradientAndScore();
      double loss = losses.get(update).asDouble();
      assertThat(Math.abs(net.score() - loss) / loss).as("loss " + update).isLessThan(TOLERANCE);
      if (update == 0) {
        gradientsAre(oracle, net, images.size(0));
      }
      step(net, momenta, images.size(0));
    }
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      close(view(net, slot), oracle.reference("after3", slot), slot.toString());
    }
    INDArray pooled = net.feedForward(images, false).get("pool");
    Map<String, INDArray> head = net.getVertex("output").paramTable(false);
    close(
        pooled.mmul(head.get("W")).addRowVector(head.get("b")),
        oracle.array("eval_logits_after3"),
        "logits");
  }

  private static void gradientsAre(Safetensors oracle, ComputationGraph net, long examples) {
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      if (slot.trained()) {
        close(gradient(net, slot).div(examples), oracle.reference("grad0", slot), slot.toString());
      }
    }
  }

  /** PyTorch's Nesterov with L2 on weights; DL4J's gradients are sums over the minibatch. */
  private static void step(
      ComputationGraph net, Map<ParameterSlot, INDArray> momenta, long examples) {
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray weights = view(net, slot);
      if (!slot.trained()) {
        weights.subi(gradient(net, slot));
        continue;
      }
      INDArray g = gradient(net, slot).div(examples);
      if (slot.kind() == Kind.WEIGHT) {
        g.addi(weights.mul(L2));
      }
      INDArray momentum =
          momenta.computeIfAbsent(slot, any -> Nd4j.zeros(weights.shape())).muli(MOMENTUM).addi(g);
      weights.subi(momentum.mul(MOMENTUM).addi(g).muli(RATE));
    }
  }

  private static ComputationGraph network(FastPath fast) {
    ComputationGraphConfiguration configuration =
        new CifarResNet(8, 4, Shortcut.PROJECTION, true)
            .configuration(
                new NetworkPurpose(new ImageShape(12, 12, 3), CLASSES, new Sgd(RATE), 1));
    return NativePass.network(configuration, fast).network();
  }

  private static INDArray smoothed(INDArray classes) {
    INDArray labels = Nd4j.valueArrayOf(classes.length(), CLASSES, SMOOTHING / CLASSES);
    for (int i = 0; i < classes.length(); i++) {
      labels.putScalar(i, classes.getInt(i), 1 - SMOOTHING + SMOOTHING / CLASSES);
    }
    return labels;
  }

  private static INDArray view(ComputationGraph net, ParameterSlot slot) {
    return net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
  }

  private static INDArray gradient(ComputationGraph net, ParameterSlot slot) {
    return net.gradient().getGradientFor(slot.vertex() + "_" + slot.name());
  }

  private static void close(INDArray found, INDArray expected, String what) {
    double difference = found.reshape(expected.shape()).sub(expected).amaxNumber().doubleValue();
    assertThat(difference / expected.amaxNumber().doubleValue()).as(what).isLessThan(TOLERANCE);
  }
}
