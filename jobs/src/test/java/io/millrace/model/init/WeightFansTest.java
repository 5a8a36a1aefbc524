package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LSTM;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayerWithBackprop;
import org.deeplearning4j.nn.conf.layers.recurrent.LastTimeStep;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.conf.layers.util.MaskZeroLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What a weight's shape makes of its start: fans, the axis of the outputs, or neither. */
class WeightFansTest extends StartedNets {
  private static double deviation(ComputationGraph net, String vertex, String name) {
    double squares = 0;
    float[] values = values(net, vertex, name);
    for (float value : values) {
      squares += value * value;
    }
    return Math.sqrt(squares / values.length);
  }

  @Test
  void fansAreThoseOfAGroupInEveryShapeThatDl4jHas() {
    InitialWeights weights = InitialWeights.of(InitConfig.DEFAULT, net(zoo()));
    fans(shape(weights, "conv.W"), 3 * 6, 6 * 6);
    fans(shape(weights, "depthwise.W"), 9, 9 * 2);
    fans(shape(weights, "separable.W"), 9, 9 * 2);
    fans(shape(weights, "separable.pW"), 24, 8);
    fans(shape(weights, "up.W"), 8 * 4, 5 * 4);
    fans(shape(weights, "output.W"), 4, 3);
    for (String none : List.of("slopes.W", "local.W", "dense.g", "dense.b", "norm.gamma")) {
      assertThat(shape(weights, none).hasFans()).as(none).isFalse();
    }
  }

  /** DL4J knows two kinds of frozen layers, and one may hold the other. */
  @Test
  void aFrozenLayerStartsAsTheLayerInIt() {
    var layer = new Deconvolution2D.Builder(2, 2).nIn(3).nOut(5);
    for (var wrapped :
        List.of(
            new FrozenLayer(layer.build()),
            new FrozenLayerWithBackprop(layer.build()),
            new FrozenLayer(new FrozenLayerWithBackprop(layer.build())),
            new FrozenLayerWithBackprop(new FrozenLayer(layer.build())))) {
      ComputationGraph net =
          net(
              new NeuralNetConfiguration.Builder()
                  .graphBuilder()
                  .addInputs("in")
                  .addLayer("up", wrapped, "in")
                  .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "up")
                  .setOutputs("output")
                  .setInputTypes(InputType.convolutional(4, 4, 3))
                  .build());
      fans(shape(InitialWeights.of(InitConfig.DEFAULT, net), "up.W"), 3 * 4, 5 * 4);
    }
  }

  @Test
  void aLayerForEachStepIsTheLayerInIt() {
    ComputationGraph net =
        net(
            new NeuralNetConfiguration.Builder()
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "dense",
                    new TimeDistributed(new DenseLayer.Builder().nIn(4).nOut(6).build()),
                    "in")
                .addLayer(
                    "lstm",
                    new LastTimeStep(
                        new MaskZeroLayer(new LSTM.Builder().nIn(6).nOut(5).build(), 0)),
                    "dense")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "lstm")
                .setOutputs("output")
                .setInputTypes(InputType.recurrent(4, 6))
                .build());
    InitialWeights weights = InitialWeights.of(InitConfig.DEFAULT, net);
    assertThat(shape(weights, "dense.W").kind()).isEqualTo(WeightShape.Kind.DENSE);
    assertThat(shape(weights, "lstm.W").kind()).isEqualTo(WeightShape.Kind.MATRIX);
  }

  private static void fans(WeightShape shape, long in, long out) {
    assertThat(shape.fanIn()).isEqualTo(in);
    assertThat(shape.fanOut()).isEqualTo(out);
  }

  /** Wherever DL4J puts the axis of the outputs. */
  @Test
  void anOrthogonalMatrixStandsTheRightWayInEveryShape() {
    ComputationGraph net = net(zoo());
    start(net, SEED, true, new Orthogonal(Gain.LINEAR, null));
    INDArray conv = view(net, "conv").reshape(6, 18);
    orthogonal(conv.mmul(conv.transpose()));
    INDArray output = view(net, "output");
    orthogonal(output.transpose().mmul(output));
    INDArray up = view(net, "up").permute(1, 0, 2, 3).dup('c').reshape(5, 32);
    orthogonal(up.mmul(up.transpose()));
    INDArray depthwise = view(net, "depthwise").permute(2, 3, 0, 1).dup('c').reshape(12, 9);
    orthogonal(depthwise.transpose().mmul(depthwise));
    INDArray separable = view(net, "separable").reshape(24, 9);
    orthogonal(separable.transpose().mmul(separable));
  }

  private static INDArray view(ComputationGraph net, String vertex) {
    return net.getVertex(vertex).paramTable(false).get("W");
  }

  private static void orthogonal(INDArray product) {
    for (int i = 0; i < product.rows(); i++) {
      for (int j = 0; j < product.columns(); j++) {
        assertThat(product.getDouble(i, j))
            .isCloseTo(i == j ? 1 : 0, org.assertj.core.data.Offset.offset(1e-5));
      }
    }
  }

  @Test
  void whatHasNoFansStaysAsConfiguredAndIsNamed() {
    ComputationGraph net = net(zoo());
    ComputationGraph untouched = net(zoo());
    InitialWeights weights = start(net, SEED, true, new XavierNormal(Gain.LINEAR, null));
    assertThat(weights.asConfigured()).containsExactly("slopes.W", "local.W", "dense.g");
    for (String each : List.of("slopes", "local")) {
      assertThat(values(net, each, "W")).isEqualTo(values(untouched, each, "W"));
    }
    assertThat(values(net, "dense", "g")).containsOnly(1f);
    assertThat(values(net, "dense", "b")).containsOnly(0f);
    assertThat(deviation(net, "up", "W"))
        .isCloseTo(Math.sqrt(2.0 / 52), org.assertj.core.data.Offset.offset(0.05));
  }

  @Test
  void recurrentMatricesHaveTheFansOfTheirShapeAndTheDefaultLeavesThem() {
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(3)
            .graphBuilder()
            .addInputs("in")
            .addLayer("lstm", new LastTimeStep(new LSTM.Builder().nOut(5).build()), "in")
            .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "lstm")
            .setOutputs("output")
            .setInputTypes(InputType.recurrent(4, 6))
            .build();
    ComputationGraph net = net(configuration);
    float[] untouched = values(net, "lstm", "RW");
    InitialWeights weights = start(net, SEED, true, new Kaiming());
    assertThat(weights.asConfigured()).containsExactly("lstm.W", "lstm.RW");
    assertThat(values(net, "lstm", "RW")).isEqualTo(untouched);
    fans(shape(weights, "lstm.RW"), 5, 20);
    start(net, SEED, true, new Constant(2), rule("lstm.RW", new Orthogonal(Gain.LINEAR, null)));
    assertThat(values(net, "lstm", "W")).containsOnly(2f);
    INDArray recurrent = net.getVertex("lstm").paramTable(false).get("RW");
    orthogonal(recurrent.mmul(recurrent.transpose()));
  }
}
