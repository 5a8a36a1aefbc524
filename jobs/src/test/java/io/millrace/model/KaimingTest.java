package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.config.ModelConfig.Shortcut;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

class KaimingTest {
  @Test
  void deviationsAreTheReferences() throws Exception {
    JsonNode cases =
        new ObjectMapper().readTree(getClass().getResource("/oracles/initializers.json"));
    int checked = 0;
    for (JsonNode one : cases) {
      JsonNode shape = one.get("shape");
      if (shape.size() == 4) {
        double deviation =
            Kaiming.deviation(
                shape.get(0).asLong(),
                shape.get(1).asLong(),
                shape.get(2).asLong(),
                shape.get(3).asLong());
        assertThat(deviation)
            .isCloseTo(one.get("kaiming_normal_fan_out_std").asDouble(), within(1e-12));
        checked++;
      }
    }
    assertThat(checked).isEqualTo(3);
  }

  @Test
  void drawsWeightsWithThatDeviation() {
    ComputationGraph net = network(7, true);
    INDArray weights = net.getVertex("stage3_block1_conv2").paramTable(false).get("W");
    double deviation = Kaiming.deviation(weights.shape());
    assertThat(weights.meanNumber().doubleValue()).isCloseTo(0, within(4 * deviation / 192));
    assertThat(weights.stdNumber().doubleValue()).isCloseTo(deviation, within(0.02 * deviation));
    double bound = net.getVertex("output").paramTable(false).get("W").amaxNumber().doubleValue();
    assertThat(bound).isBetween(0.97 * 0.125, 0.125);
  }

  @Test
  void startsTheLastBatchNormOfEachBlockAtZeroAndNoOther() {
    ComputationGraph net = network(7, true);
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      if (slot.kind() == ParameterSlot.Kind.GAMMA) {
        INDArray gamma = net.getVertex(slot.vertex()).paramTable(false).get("gamma");
        double expected = slot.vertex().endsWith("conv2_bn") ? 0 : 1;
        assertThat(gamma.minNumber().doubleValue()).as(slot.vertex()).isEqualTo(expected);
        assertThat(gamma.maxNumber().doubleValue()).as(slot.vertex()).isEqualTo(expected);
      }
    }
  }

  @Test
  void isAFunctionOfTheSeed() {
    assertThat(network(7, false).params()).isEqualTo(network(7, false).params());
    assertThat(network(7, false).params()).isNotEqualTo(network(8, false).params());
  }

  private static ComputationGraph network(long seed, boolean zeroGamma) {
    ComputationGraph net =
        new ComputationGraph(
            new CifarResNet(8, 16, Shortcut.PROJECTION)
                .configuration(new ImageShape(8, 8, 3), 10, new Sgd(0.1), 3));
    net.init();
    Kaiming.initialise(net, seed, zeroGamma);
    return net;
  }
}
