package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.backend.ArrayMemory;
import io.millrace.backend.HostAccess;
import io.millrace.model.ImageShape;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.precision.Bf16;
import io.millrace.precision.Fp16;
import io.millrace.precision.Fp32;
import io.millrace.precision.Precision;
import io.millrace.recipe.Oracle;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** Networks in narrow formats, natively and emulated, beside the same ones in fp32. */
class NarrowLayersTest {
  private static final Nets.Images IMAGES = new Nets.Images(8, 8, 3);

  /** Loss and flat gradient of one minibatch, with the same weights for every network. */
  private record Pass(double score, INDArray gradient, ParameterLayout layout) {
    static Pass of(ComputationGraphConfiguration configuration, Precision precision) {
      return of(configuration, FastPath.TRUE, precision);
    }

    static Pass of(
        ComputationGraphConfiguration configuration, FastPath path, Precision precision) {
      Nd4j.getRandom().setSeed(11);
      INDArray images = IMAGES.random();
      ComputationGraph canonical = new ComputationGraph(configuration);
      canonical.init();
      AcceleratedNetwork fast = NativePass.network(configuration, path, precision);
      ComputationGraph net = fast.network();
      ParameterLayout layout = ParameterLayout.of(canonical);
      fast.table(layout, net).toReplica(canonical.params(), net.params());
      net.setInputs(images);
      net.setLabels(Nets.labels());
      net.computeGradientAndScore();
      INDArray gradient = Nd4j.create(canonical.params().shape());
      fast.table(layout, net).toCanonical(net.getFlattenedGradients(), gradient);
      return new Pass(net.score(), gradient, layout);
    }

    /** The distance from another gradient of what is trained, over that one's norm. */
    double distance(Pass other) {
      double difference = 0;
      double squares = 0;
      for (ParameterSlot slot : layout.slots()) {
        if (!slot.kind().isStatistic()) {
          INDArray theirs = Twins.slice(other.gradient, slot);
          difference +=
              Math.pow(Twins.slice(gradient, slot).sub(theirs).norm2Number().doubleValue(), 2);
          squares += Math.pow(theirs.norm2Number().doubleValue(), 2);
        }
      }
      return Math.sqrt(difference / squares);
    }
  }

  private static ComputationGraphConfiguration residual() {
    return new CifarResNet(8, 16, Shortcut.PROJECTION, false)
        .configuration(new NetworkPurpose(new ImageShape(8, 8, 3), Nets.CLASSES, Nets.sgd(), 1));
  }

  /** Convolutions with activation functions and biases, pooling, and a layer that stays stock. */
  private static ComputationGraphConfiguration mixed() {
    return IMAGES
        .graph()
        .addLayer("first", convolution(Activation.RELU), "in")
        .addLayer("pool", new SubsamplingLayer.Builder(PoolingType.MAX).build(), "first")
        .addLayer("second", convolution(Activation.IDENTITY), "pool")
        .addLayer("third", convolution(Activation.TANH), "second")
        .addLayer("drop", new DropoutLayer(1.0), "third")
        .addLayer("fourth", convolution(Activation.IDENTITY), "drop")
        .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "fourth")
        .addLayer(
            "out",
            new OutputLayer.Builder(LossFunction.MCXENT)
                .nOut(Nets.CLASSES)
                .activation(Activation.SOFTMAX)
                .build(),
            "mean")
        .setOutputs("out")
        .build();
  }

  private static ConvolutionLayer convolution(Activation activation) {
    return new ConvolutionLayer.Builder(3, 3)
        .nOut(16)
        .padding(1, 1)
        .biasInit(0.1)
        .activation(activation)
        .build();
  }

  private static List<ComputationGraphConfiguration> networks() {
    return List.of(residual(), mixed());
  }

  @Test
  void gradientsOfBf16AreNearThoseOfFp32AndNotThey() {
    for (ComputationGraphConfiguration network : networks()) {
      Pass wide = Pass.of(network, new Fp32());
      for (Precision bf16 : List.of(new Bf16(true), new Bf16())) {
        Pass narrow = Pass.of(network, bf16);
        assertThat(narrow.score()).isCloseTo(wide.score(), within(0.02 * wide.score()));
        assertThat(narrow.distance(wide)).as("%s", bf16).isBetween(1e-3, 0.2);
      }
    }
  }

  @Test
  void kernelsOfBf16AreNearerToTheirEmulationThanToFp32() {
    for (ComputationGraphConfiguration network : networks()) {
      Pass emulated = Pass.of(network, new Bf16(true));
      double distance = Pass.of(network, new Bf16()).distance(emulated);
      assertThat(distance).isLessThan(Pass.of(network, new Fp32()).distance(emulated));
    }
  }

  /** By less than their units tell, since a sign that flips before a ReLU moves much. */
  @Test
  void fp16IsNearerToFp32ThanBf16() {
    Pass wide = Pass.of(residual(), new Fp32());
    assertThat(Pass.of(residual(), new Fp16()).distance(wide))
        .isBetween(1e-5, 0.7 * Pass.of(residual(), new Bf16(true)).distance(wide));
  }

  @Test
  void theGradientsOfWeightsAreRounded() {
    for (Precision bf16 : List.of(new Bf16(true), new Bf16())) {
      Pass pass = Pass.of(residual(), bf16);
      for (ParameterSlot slot : pass.layout().slots()) {
        if (slot.kind() == ParameterSlot.Kind.WEIGHT) {
          for (float each : Twins.slice(pass.gradient(), slot).dup().data().asFloat()) {
            assertThat(bf16.nearest(each)).as(slot.toString()).isEqualTo(each);
          }
        }
      }
    }
  }

  @Test
  void whatEveryVertexGivesIsRounded() {
    for (Precision precision : List.of(new Bf16(true), new Fp16(), new Bf16())) {
      ComputationGraph net = NativePass.network(residual(), FastPath.TRUE, precision).network();
      Nd4j.getRandom().setSeed(11);
      List<String> unrounded = new ArrayList<>();
      net.feedForward(IMAGES.random(), true)
          .forEach(
              (name, output) -> {
                boolean own = name.equals(net.getConfiguration().getNetworkOutputs().get(0));
                if (!own
                    && net.getConfiguration().getVertices().containsKey(name)
                    && !isRounded(output, precision)) {
                  unrounded.add(name);
                }
              });
      assertThat(unrounded).as("%s", precision).isEmpty();
    }
  }

  private static boolean isRounded(INDArray output, Precision precision) {
    if (output.dataType() == DataType.BFLOAT16) {
      return true;
    }
    for (float each : output.dup('c').data().asFloat()) {
      if (precision.nearest(each) != each) {
        return false;
      }
    }
    return true;
  }

  @Test
  void nativeKernelsHandNarrowArraysFromLayerToLayer() {
    Assumptions.assumeTrue(NativePass.isNative(FastPath.TRUE, new Bf16()), "needs AVX512_BF16");
    ComputationGraph net = NativePass.network(residual(), FastPath.TRUE, new Bf16()).network();
    var outputs = net.feedForward(IMAGES.random(), true);
    long wide =
        net.getConfiguration().getVertices().keySet().stream()
            .filter(name -> outputs.get(name).dataType() != DataType.BFLOAT16)
            .count();
    assertThat(wide).as("the pooling before the output, and the output").isEqualTo(2);
  }

  /** As on a device. */
  @Test
  void castsOfNd4jRoundToFp16AsOursDo() {
    Oracle oracle = new Oracle("precision.json");
    List<Float> given = new ArrayList<>();
    for (JsonNode row : oracle.node("rounding/rows")) {
      float value = Float.intBitsToFloat(Integer.parseUnsignedInt(row.get(0).asText(), 16));
      if (!Float.isNaN(value)) {
        given.add(value);
      }
    }
    INDArray array = Nd4j.create(given.size());
    for (int i = 0; i < given.size(); i++) {
      array.putScalar(i, given.get(i));
    }
    Numbers.of(new Fp16(), ArrayMemory.DEVICE).rounded(array);
    for (int i = 0; i < given.size(); i++) {
      assertThat(array.getFloat(i)).isEqualTo(new Fp16().nearest(given.get(i)));
    }
  }

  @Test
  void layersOnOpsGiveThoseOfTheHost() {
    Pass host = Pass.of(residual(), FastPath.TRUE, new Fp16());
    Pass ops = Pass.of(residual(), FastPath.OPS, new Fp16());
    Pass wide = Pass.of(residual(), FastPath.OPS, new Fp32());
    assertThat(ops.distance(host)).isBetween(0.0, 0.1);
    assertThat(ops.distance(wide)).isGreaterThan(1e-5);
  }

  @Test
  void depthwiseConvolutionsAreNarrowToo() {
    ComputationGraphConfiguration network =
        IMAGES
            .graph()
            .addLayer("first", convolution(Activation.IDENTITY), "in")
            .addLayer(
                "depthwise",
                new DepthwiseConvolution2D.Builder(3, 3)
                    .nOut(16)
                    .depthMultiplier(1)
                    .convolutionMode(ConvolutionMode.Same)
                    .activation(Activation.IDENTITY)
                    .build(),
                "first")
            .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "depthwise")
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(Nets.CLASSES)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "mean")
            .setOutputs("out")
            .build();
    Pass emulated = Pass.of(network, new Bf16(true));
    assertThat(emulated.distance(Pass.of(network, new Fp32()))).isBetween(1e-4, 0.05);
    assertThat(Pass.of(network, new Bf16()).distance(emulated)).isBetween(0.0, 0.02);
  }

  @Test
  void howManyLayersStayInFp32IsSaid() {
    assertThat(NativePass.network(mixed(), FastPath.TRUE, new Bf16(true)).summary())
        .endsWith("; 7 in bf16, 1 stay fp32");
    assertThat(NativePass.network(mixed(), FastPath.TRUE, new Fp32()).summary())
        .doesNotContain("stay");
  }

  @Test
  void whatCannotBeNarrowIsRefused() {
    assertThatThrownBy(() -> NativePass.network(mixed(), FastPath.FALSE, new Bf16()))
        .hasMessage("Invalid precision: bf16 (must be fp32 on DL4J's own layers)");
    ComputationGraphConfiguration ends =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.convolutional(8, 8, 3))
            .addLayer("first", convolution(Activation.RELU), "in")
            .addLayer("mean", new GlobalPoolingLayer(PoolingType.AVG), "first")
            .addLayer("loss", new LossLayer.Builder(LossFunction.MSE).build(), "mean")
            .setOutputs("loss")
            .build();
    assertThatThrownBy(() -> NativePass.network(ends, FastPath.TRUE, new Fp16()))
        .hasMessage(
            "Invalid precision: fp16 (must be fp32 or bf16 for a network that ends in loss, where the"
                + " loss cannot be scaled)");
    assertThat(NativePass.network(ends, FastPath.TRUE, new Bf16()).isStock()).isFalse();
  }

  @Test
  void theScaleOfTheLossIsInAllGradients() {
    ComputationGraph net = NativePass.network(residual(), FastPath.TRUE, new Fp16()).network();
    Nd4j.getRandom().setSeed(11);
    INDArray images = IMAGES.random();
    INDArray plain = gradient(net, images, 1);
    INDArray scaled = gradient(net, images, 4);
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      double factor = slot.kind().isStatistic() ? 1 : 4;
      INDArray expected = Twins.slice(plain, slot).mul(factor);
      double norm = expected.norm2Number().doubleValue();
      assertThat(Twins.slice(scaled, slot).sub(expected).norm2Number().doubleValue())
          .as(slot.toString())
          .isLessThanOrEqualTo(0.02 * norm);
    }
  }

  private static INDArray gradient(ComputationGraph net, INDArray images, float scale) {
    ((ScaledLoss) net.getOutputLayer(0)).scale(scale);
    net.setInputs(images);
    net.setLabels(Nets.labels());
    net.computeGradientAndScore();
    try (HostAccess access = HostAccess.reading(net.getFlattenedGradients())) {
      float[] values = new float[(int) access.length()];
      access.floats().get(values);
      return Nd4j.createFromArray(values).reshape(1, values.length);
    }
  }

  private static Offset<Double> within(double distance) {
    return Offset.offset(distance);
  }
}
