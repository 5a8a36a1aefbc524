package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.model.ModelConfig.Shortcut;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
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
        long fanOut =
            fanOut(
                new ConvolutionLayer(),
                shape.get(0).asLong(),
                shape.get(1).asLong(),
                shape.get(2).asLong(),
                shape.get(3).asLong());
        assertThat(Math.sqrt(2.0 / fanOut))
            .isCloseTo(one.get("kaiming_normal_fan_out_std").asDouble(), within(1e-12));
        checked++;
      }
    }
    assertThat(checked).isEqualTo(3);
  }

  @Test
  void countsTheChannelsOutOfAGroupWhereverTheShapeHasThem() {
    assertThat(fanOut(new DepthwiseConvolution2D(), 3, 3, 128, 2)).isEqualTo(3 * 3 * 2);
    assertThat(fanOut(new SeparableConvolution2D(), 2, 128, 3, 3)).isEqualTo(3 * 3 * 2);
    assertThat(fanOut(new SeparableConvolution2D(), 64, 256, 1, 1)).isEqualTo(64);
    assertThat(fanOut(new Deconvolution2D(), 64, 16, 2, 2)).isEqualTo(16 * 2 * 2);
  }

  @Test
  void drawsDepthwiseWeightsAndDeconvolutionsAndKeepsWhatItDoesNotKnow() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "depthwise",
                    new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(1).nOut(128).build(),
                    "in")
                .addLayer(
                    "up",
                    new FrozenLayer(
                        new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(16).build()),
                    "depthwise")
                .addLayer("slopes", new PReLULayer.Builder().inputShape(16, 8, 8).build(), "up")
                .addLayer(
                    "output",
                    new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
                    "slopes")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(6, 6, 128))
                .build());
    net.init();
    INDArray slopes = net.getVertex("slopes").paramTable(false).get("W").dup();
    Kaiming.initialise(net, 5, false);
    assertThat(deviation(net, "depthwise")).isCloseTo(Math.sqrt(2.0 / 9), within(0.03));
    assertThat(deviation(net, "up")).isCloseTo(Math.sqrt(2.0 / 64), within(0.01));
    assertThat(net.getVertex("slopes").paramTable(false).get("W")).isEqualTo(slopes);
  }

  private static double deviation(ComputationGraph net, String vertex) {
    return net.getVertex(vertex).paramTable(false).get("W").stdNumber().doubleValue();
  }

  private static long fanOut(Layer layer, long... shape) {
    return Kaiming.fanOut(layer, shape).orElseThrow();
  }

  @Test
  void onlySumsEndAResidualBranch() {
    ComputationGraph net =
        new ComputationGraph(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("conv", new ConvolutionLayer.Builder(1, 1).nOut(2).build(), "in")
                .addLayer("norm", new BatchNormalization(), "conv")
                .addVertex(
                    "gate", new ElementWiseVertex(ElementWiseVertex.Op.Product), "norm", "in")
                .addLayer("norm2", new BatchNormalization(), "gate")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "norm2", "in")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "sum")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(4, 4, 2))
                .build());
    assertThat(ResidualBlocks.lastBatchNorms(net.getConfiguration())).containsExactly("norm2");
  }

  @Test
  void drawsWeightsWithThatDeviation() {
    ComputationGraph net = network(7, true);
    INDArray weights = net.getVertex("stage3_block1_conv2").paramTable(false).get("W");
    double deviation = Math.sqrt(2.0 / fanOut(new ConvolutionLayer(), weights.shape()));
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
