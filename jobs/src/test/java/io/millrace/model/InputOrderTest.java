package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;

class InputOrderTest {
  private static ComputationGraphConfiguration network(CNN2DFormat format) {
    return new NeuralNetConfiguration.Builder()
        .graphBuilder()
        .addInputs("in")
        .addLayer(
            "conv", new ConvolutionLayer.Builder(3, 3).nOut(4).dataFormat(format).build(), "in")
        .addLayer(
            "out", new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(), "conv")
        .setOutputs("out")
        .setInputTypes(InputType.convolutional(8, 8, 2, format))
        .build();
  }

  private static ParameterLayout layout(ComputationGraphConfiguration network) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(network));
    net.init();
    return ParameterLayout.of(net);
  }

  @Test
  void whatNoLayoutTellsIsNamedByLayer() {
    ComputationGraphConfiguration first = network(CNN2DFormat.NCHW);
    ComputationGraphConfiguration last = network(CNN2DFormat.NHWC);
    assertThat(layout(last).difference(layout(first))).isEmpty();
    assertThat(InputOrder.difference(last, first))
        .hasValueSatisfying(
            words ->
                assertThat(words).startsWith("its layer out sees its input as").contains("NHWC"));
    assertThat(InputOrder.difference(first, NetworkCopy.of(first))).isEmpty();
  }
}
