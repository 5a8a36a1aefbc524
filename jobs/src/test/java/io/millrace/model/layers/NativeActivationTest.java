package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.model.layers.Nets.Images;
import java.util.List;
import java.util.stream.Stream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class NativeActivationTest {
  /** Where functions of pieces bend, too. */
  private static final double[] POINTS = {
    -20, -7.3, -2, -0.4, -1e-30, 0, 1e-30, 0.02, 0.6, 1.9, 5.9, 6, 6.1, 20
  };

  static List<IActivation> functions() {
    return List.of(
        new ActivationSigmoid(),
        new ActivationTanH(),
        new ActivationReLU6(),
        new ActivationSwish(),
        new ActivationGELU(false),
        new ActivationLReLU(0.01),
        new ActivationLReLU(0.3));
  }

  static Stream<Arguments> inBothFormats() {
    return functions().stream()
        .flatMap(one -> Stream.of(CNN2DFormat.values()).map(format -> Arguments.of(one, format)));
  }

  @ParameterizedTest
  @MethodSource("functions")
  void isWhatDl4jComputesBothWays(IActivation function) {
    INDArray x = Nd4j.createFromArray(POINTS).castTo(DataType.FLOAT).reshape(1, POINTS.length);
    INDArray dy = Nd4j.linspace(DataType.FLOAT, 1, 0.1, POINTS.length).reshape(1, POINTS.length);
    ActivationKernel kernel = kernel(function, POINTS.length);
    INDArray y = x.ulike();
    INDArray dx = x.ulike();
    kernel.forward(x, y);
    kernel.backward(x, dy, dx);
    INDArray expected = function.getActivation(x.dup(), true);
    INDArray slope = function.backprop(x.dup(), dy.dup()).getFirst();
    for (int i = 0; i < POINTS.length; i++) {
      assertThat(y.getDouble(i))
          .as("at " + POINTS[i])
          .isCloseTo(expected.getDouble(i), within(1e-5 * Math.max(1, Math.abs(POINTS[i]))));
      assertThat(dx.getDouble(i))
          .as("slope at " + POINTS[i])
          .isCloseTo(slope.getDouble(i), within(1e-5));
    }
    kernel.free();
  }

  private static ActivationKernel kernel(IActivation function, long length) {
    return ActivationKernel.of(function).orElseThrow().apply(length);
  }

  /** DL4J's own swish and GELU are no number there. */
  @ParameterizedTest
  @MethodSource("functions")
  void staysFiniteFarOut(IActivation function) {
    INDArray x = Nd4j.createFromArray(-1e4f, -90, 90, 1e4f).reshape(1, 4);
    INDArray dx = x.ulike();
    kernel(function, 4).backward(x, Nd4j.ones(1, 4), dx);
    assertThat(dx.toFloatVector()).doesNotContain(Float.NaN);
    assertThat(dx.amaxNumber().doubleValue()).isLessThanOrEqualTo(1.0);
  }

  @ParameterizedTest
  @MethodSource("inBothFormats")
  void keepsTheNumbersOfANet(IActivation function, CNN2DFormat format) {
    new Images(7, 9, 3, format).agree(net(new Images(7, 9, 3, format), function), "OutputLayer");
  }

  @ParameterizedTest
  @MethodSource("others")
  void leavesOthersToDl4j(IActivation function) {
    Images images = new Images(7, 9, 3);
    images.agree(net(images, function), "ActivationLayer", "ActivationLayer", "OutputLayer");
  }

  static List<IActivation> others() {
    return List.of(new ActivationELU(0.5), new ActivationGELU(true));
  }

  private static ComputationGraphConfiguration net(Images images, IActivation function) {
    GraphBuilder graph = images.graph();
    graph.addLayer("first", Nets.convolution(4, 3, 1, false), "in");
    graph.addLayer("norm", new BatchNormalization(), "first");
    graph.addLayer("bent", new ActivationLayer(function), "norm");
    graph.addLayer("second", Nets.convolution(5, 3, 2, true), "bent");
    graph.addLayer("again", new ActivationLayer(function), "second");
    graph.addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "again");
    return graph.addLayer("output", Nets.output(), "pool").setOutputs("output").build();
  }
}
