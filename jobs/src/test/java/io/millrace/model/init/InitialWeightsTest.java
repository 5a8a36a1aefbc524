package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import io.millrace.model.ResidualBlocks;
import io.millrace.random.Keys;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.apache.commons.codec.digest.DigestUtils;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;

class InitialWeightsTest extends StartedNets {
  /** The start as it was before there were others, number by number. */
  @Test
  void theDefaultStartIsWhatItAlwaysWas() {
    ComputationGraph net = residual();
    start(net, SEED, true, new Kaiming());
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray view = net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
      Random random = new Random(Keys.of(SEED, slot.vertex() + "." + slot.name()));
      float[] expected = new float[(int) slot.length()];
      if (slot.key().equals("output.W")) {
        double bound = 1 / Math.sqrt(64);
        for (int i = 0; i < expected.length; i++) {
          expected[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
      } else if (slot.kind() == Kind.WEIGHT) {
        double deviation = Math.sqrt(2.0 / (view.size(0) * view.size(2) * view.size(3)));
        for (int i = 0; i < expected.length; i++) {
          expected[i] = (float) (deviation * random.nextGaussian());
        }
      } else {
        boolean one = slot.kind() == Kind.GAMMA && !slot.vertex().endsWith("conv2_bn");
        Arrays.fill(expected, one || slot.kind() == Kind.VARIANCE ? 1 : 0);
      }
      assertThat(values(net, slot)).as(slot.key()).isEqualTo(expected);
    }
  }

  /** Digests of what the program made before there were other initialisers. */
  @Test
  void theDefaultStartHasTheBitsThatItAlwaysHad() {
    ComputationGraph net = residual();
    start(net, SEED, true, new Kaiming());
    assertThat(digest(net))
        .isEqualTo("c55d46d3d81b356c08196ef0b872774020a31279e8790f8b1c77df35eceaf5d6");
    ComputationGraph others =
        net(
            new NeuralNetConfiguration.Builder()
                .seed(3)
                .graphBuilder()
                .addInputs("in")
                .addLayer(
                    "depthwise",
                    new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(12).build(),
                    "in")
                .addLayer(
                    "separable",
                    new SeparableConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(8).build(),
                    "depthwise")
                .addLayer(
                    "up",
                    new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(5).build(),
                    "separable")
                .addLayer("dense", new DenseLayer.Builder().nOut(4).build(), "up")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "dense")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(11, 12, 6))
                .build());
    start(others, SEED, true, new Kaiming());
    assertThat(digest(others))
        .isEqualTo("cd6d2109fb7c26798a9ec434b16c463ee352b02171db0726cc921d314a7f2a38");
  }

  private static String digest(ComputationGraph net) {
    float[] values = net.params().dup().data().asFloat();
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.asFloatBuffer().put(values);
    return DigestUtils.sha256Hex(bytes.array());
  }

  @Test
  void biasesAndBatchNormsStartAnewWhateverTheConfigurationSays() {
    ComputationGraph net =
        net(
            new NeuralNetConfiguration.Builder()
                .biasInit(0.5)
                .graphBuilder()
                .addInputs("in")
                .addLayer("norm", new BatchNormalization.Builder().gamma(2).beta(3).build(), "in")
                .addLayer("output", new OutputLayer.Builder().nOut(3).build(), "norm")
                .setOutputs("output")
                .setInputTypes(InputType.convolutional(4, 4, 3))
                .build());
    assertThat(values(net, "norm", "gamma")).containsOnly(2f);
    start(net, SEED, false, new Kaiming());
    assertThat(values(net, "norm", "gamma")).containsOnly(1f);
    assertThat(values(net, "norm", "beta")).containsOnly(0f);
    assertThat(values(net, "output", "b")).containsOnly(0f);
  }

  /** A user's own. */
  record Broken() implements Initializer {
    @Override
    public void fill(float[] values, WeightShape shape, RandomGenerator random) {
      values[0] = Float.NaN;
    }
  }

  @Test
  void whatIsNotFiniteIsRefusedByName() {
    assertThatThrownBy(() -> start(residual(), SEED, true, new Broken()))
        .hasMessage("Invalid init.kind: stem.W starts at NaN (must be finite)");
    assertThatThrownBy(
            () -> start(residual(), SEED, true, new Kaiming(), rule("*.b", new Constant(1e39))))
        .hasMessage("Invalid init.rules[0]: output.b starts at Infinity (must be finite)");
  }

  @Test
  void configuredIsWhatDl4jMakesOfTheConfiguration() {
    ComputationGraph net = net(zoo());
    start(net, SEED, true, new Configured());
    assertThat(net.params()).isEqualTo(net(zoo()).params());
    assertThat(values(net, "conv", "b")).containsOnly(0.5f);
  }

  @Test
  void theLastGammaOfAResidualBlockIsZeroWhoeverStartsTheWeights() {
    for (Initializer kind : List.of(new Kaiming(), new Configured(), new Normal(0, 1))) {
      for (boolean zero : new boolean[] {true, false}) {
        ComputationGraph net = residual();
        start(net, SEED, zero, kind);
        for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
          if (slot.kind() == Kind.GAMMA) {
            boolean last = slot.vertex().endsWith("conv2_bn");
            assertThat(values(net, slot)).as(slot.key()).containsOnly(zero && last ? 0 : 1);
          }
        }
      }
    }
  }

  @Test
  void onlySumsEndAResidualBranch() {
    ComputationGraph net =
        net(
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
  void theStartOfAParameterDependsOnTheSeedAndItsNameAlone() {
    ComputationGraph first = residual();
    ComputationGraph second = residual();
    Initializer kind = new KaimingUniform(Fan.IN, Gain.RELU, null);
    start(first, SEED, true, kind);
    start(second, SEED, true, kind, rule("stem*", new Constant(1)));
    String conv = "stage3_block1_conv2";
    assertThat(values(second, conv, "W")).isEqualTo(values(first, conv, "W"));
    assertThat(values(first, "stage3_block1_conv1", "W")).hasSize(64 * 32 * 9);
    start(second, SEED + 1, true, kind);
    assertThat(values(second, conv, "W")).isNotEqualTo(values(first, conv, "W"));
    start(second, SEED, true, kind);
    assertThat(second.params()).isEqualTo(first.params());
  }
}
