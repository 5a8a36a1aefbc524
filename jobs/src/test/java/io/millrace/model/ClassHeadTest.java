package io.millrace.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

class ClassHeadTest {
  private static final ImageShape SHAPE = new ImageShape(6, 5, 1);
  private static final int[] FROM = {2, 0, 3, 1};

  private static ComputationGraph net(Layer... layers) {
    var graph =
        new NeuralNetConfiguration.Builder()
            .seed(7)
            .graphBuilder()
            .addInputs("in")
            .addLayer("conv", new ConvolutionLayer.Builder(3, 3).nOut(4).build(), "in");
    String last = "conv";
    for (int i = 0; i < layers.length; i++) {
      String name = "layer" + i;
      graph.addLayer(name, layers[i], last);
      last = name;
    }
    return initialised(
        graph
            .setOutputs(last)
            .setInputTypes(InputType.convolutional(SHAPE.height(), SHAPE.width(), 1))
            .build());
  }

  private static ComputationGraph initialised(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(configuration);
    net.init();
    for (Map.Entry<String, INDArray> each : net.paramTable().entrySet()) {
      if (each.getKey().endsWith("_b") || each.getKey().endsWith("_cL")) {
        each.getValue().assign(Nd4j.rand(each.getValue().shape()));
      }
    }
    return net;
  }

  static Stream<ComputationGraph> nets() {
    var softmax = new ActivationLayer(Activation.SOFTMAX);
    var loss = new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.IDENTITY).build();
    return Stream.of(
        net(new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build()),
        net(new OutputLayer.Builder().nIn(4 * 4 * 3).nOut(4).hasBias(false).build()),
        net(
            new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                .nOut(4)
                .activation(Activation.SOFTMAX)
                .build()),
        net(
            new DenseLayer.Builder().nOut(4).hasLayerNorm(true).activation(Activation.TANH).build(),
            softmax,
            loss),
        net(new GlobalPoolingLayer(), softmax, loss));
  }

  @ParameterizedTest
  @MethodSource("nets")
  void outputsComeInTheNewOrder(ComputationGraph net) {
    INDArray images = Nd4j.rand(9, 1, SHAPE.height(), SHAPE.width());
    INDArray before = net.outputSingle(images).dup();
    Map<String, INDArray> old = net.clone().paramTable();
    ClassHead.reorder(net, FROM, SHAPE);
    INDArray after = net.outputSingle(images);
    assertThat(after).isNotEqualTo(before);
    for (int row = 0; row < 9; row++) {
      for (int k = 0; k < FROM.length; k++) {
        assertThat(after.getDouble(row, k)).isCloseTo(before.getDouble(row, FROM[k]), within(1e-6));
      }
    }
    if (old.containsKey("layer0_cL")) {
      assertThat(net.paramTable().get("layer0_cL").getRow(0))
          .isEqualTo(old.get("layer0_cL").getRow(FROM[0]));
    }
  }

  @Test
  void whatTellsClassesApartBehindTheHeadIsRefused() {
    var softmax = new OutputLayer.Builder().nOut(4).activation(Activation.SOFTMAX).build();
    assertThatThrownBy(
            () ->
                ClassHead.reorder(
                    net(new GlobalPoolingLayer(), new BatchNormalization(), loss()), FROM, SHAPE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("its last parameters are those of a BatchNormalization");
    assertThatThrownBy(() -> ClassHead.reorder(net(softmax), new int[] {1, 0}, SHAPE))
        .hasMessage("layer0 has not 2 outputs");
  }

  @Test
  void aForkBehindTheHeadIsRefused() {
    ComputationGraph net =
        initialised(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer("a", new DenseLayer.Builder().nOut(4).build(), "in")
                .addLayer("b", new DenseLayer.Builder().nOut(4).build(), "in")
                .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "a", "b")
                .addLayer("loss", loss(), "sum")
                .setOutputs("loss")
                .setInputTypes(InputType.convolutional(SHAPE.height(), SHAPE.width(), 1))
                .build());
    assertThatThrownBy(() -> ClassHead.reorder(net, FROM, SHAPE))
        .hasMessage("no single layer gives its outputs their order");
  }

  private static LossLayer loss() {
    return new LossLayer.Builder(LossFunction.MSE).activation(Activation.IDENTITY).build();
  }
}
