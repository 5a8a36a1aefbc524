package io.millrace.model.layers;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.LinearGraph;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import io.millrace.model.layers.Nets.Images;
import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.activations.Activation;

/** Whole networks keep their numbers. */
class NativeNetsTest {
  @ParameterizedTest
  @EnumSource(Shortcut.class)
  void residualNets(Shortcut shortcut) {
    Images images = new Images(12, 10, 3);
    ComputationGraphConfiguration net =
        new CifarResNet(8, 4, shortcut, true)
            .configuration(new NetworkPurpose(images.shape(), Nets.CLASSES, Nets.sgd(), 3));
    if (shortcut == Shortcut.PROJECTION) {
      images.agree(net, "OutputLayer");
    } else {
      images.agree(net, "MergeVertex", "MergeVertex", "ScaleVertex", "ScaleVertex", "OutputLayer");
    }
  }

  /** The stem and two kinds of block of ResNet-50, narrow. */
  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void bottleneckNets(CNN2DFormat format) {
    Images images = new Images(19, 15, 3, format);
    GraphBuilder graph = images.graph();
    graph.addLayer("stem", Nets.convolution(8, 7, 2, false), "in");
    String top = normalised(graph, "stem", true);
    graph.addLayer(
        "pool",
        new SubsamplingLayer.Builder(PoolingType.MAX, new int[] {3, 3})
            .stride(2, 2)
            .padding(1, 1)
            .build(),
        top);
    top = bottleneck(graph, "a", "pool", 1, true);
    top = bottleneck(graph, "b", top, 1, false);
    top = bottleneck(graph, "c", top, 2, true);
    graph.addLayer("global", new GlobalPoolingLayer(PoolingType.AVG), top);
    graph.addLayer("output", Nets.output(), "global").setOutputs("output");
    images.agree(graph.build(), "OutputLayer");
  }

  private static String bottleneck(
      GraphBuilder graph, String name, String in, int stride, boolean projected) {
    graph.addLayer(name + 1, Nets.convolution(4, 1, 1, false), in);
    graph.addLayer(
        name + 2, Nets.convolution(4, 3, stride, false), normalised(graph, name + 1, true));
    graph.addLayer(name + 3, Nets.convolution(16, 1, 1, false), normalised(graph, name + 2, true));
    String residual = normalised(graph, name + 3, false);
    String shortcut = in;
    if (projected) {
      graph.addLayer(name + 4, Nets.convolution(16, 1, stride, false), in);
      shortcut = normalised(graph, name + 4, false);
    }
    graph.addVertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), residual, shortcut);
    graph.addLayer(name + "_relu", new ActivationLayer(Activation.RELU), name);
    return name + "_relu";
  }

  private static String normalised(GraphBuilder graph, String name, boolean relu) {
    graph.addLayer(name + "_bn", new BatchNormalization.Builder().useLogStd(false).build(), name);
    if (!relu) {
      return name + "_bn";
    }
    graph.addLayer(name + "_relu", new ActivationLayer(Activation.RELU), name + "_bn");
    return name + "_relu";
  }

  @ParameterizedTest
  @EnumSource(CNN2DFormat.class)
  void stacksOfConvolutionFlattenDense(CNN2DFormat format) {
    Images images = new Images(8, 6, 3, format);
    ComputationGraphConfiguration configuration =
        LinearGraph.of(
            new NeuralNetConfiguration.Builder()
                .seed(4)
                .updater(Nets.sgd())
                .list()
                .layer(Nets.convolution(4, 3, 1, true))
                .layer(new BatchNormalization())
                .layer(new ActivationLayer(Activation.RELU))
                .layer(new SubsamplingLayer.Builder(PoolingType.MAX, new int[] {2, 2}).build())
                .layer(new DenseLayer.Builder().nOut(7).activation(Activation.TANH).build())
                .layer(Nets.output())
                .setInputType(InputType.convolutional(8, 6, 3, format))
                .build());
    images.agree(configuration, "DenseLayer", "OutputLayer");
  }

  /** DL4J refuses these sums where it knows the shapes, and adds them where it does not. */
  @Test
  void sumsThatBroadcast() {
    ConvolutionLayer wide = Nets.convolution(4, 3, 1, true);
    wide.setNIn(2);
    ConvolutionLayer narrow = Nets.convolution(1, 3, 1, true);
    narrow.setNIn(2);
    OutputLayer output = Nets.output();
    output.setNIn(4);
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .seed(4)
            .updater(Nets.sgd())
            .graphBuilder()
            .addInputs("in")
            .addLayer("wide", wide, "in")
            .addLayer("narrow", narrow, "in")
            .addVertex("sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), "wide", "narrow")
            .addLayer("relu", new ActivationLayer(Activation.RELU), "sum")
            .addLayer("pool", new GlobalPoolingLayer(PoolingType.AVG), "relu")
            .addLayer("output", output, "pool")
            .setOutputs("output")
            .build();
    new Images(7, 9, 2).agree(configuration, "OutputLayer");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomBranchingNets(long seed) {
    Random random = new Random(seed);
    Images images = new Images(7, 9, 2, seed % 4 == 0 ? CNN2DFormat.NHWC : CNN2DFormat.NCHW);
    // DL4J's own batch norm with a fixed scale fails on NHWC
    int kinds = images.format() == CNN2DFormat.NHWC ? 5 : 6;
    GraphBuilder graph = images.graph();
    String top = "in";
    for (int i = 0; i < 5; i++) {
      top = randomBlock(graph, "b" + i, top, i == 0 ? 0 : random.nextInt(kinds), random);
    }
    assertThat(images.agreeing(Nets.flattened(graph, top))).anyMatch(path -> !path.isStock());
  }

  private static String randomBlock(
      GraphBuilder graph, String name, String in, int kind, Random random) {
    switch (kind) {
      case 0 -> graph.addLayer(name, Nets.convolution(4, 1 + 2 * random.nextInt(2), 1, true), in);
      case 1 ->
          graph.addLayer(
              name, new BatchNormalization.Builder().useLogStd(random.nextBoolean()).build(), in);
      case 2 ->
          graph.addLayer(
              name,
              new ActivationLayer(random.nextBoolean() ? Activation.RELU : Activation.ELU),
              in);
      case 3 -> {
        graph.addLayer(name + "_left", Nets.convolution(4, 3, 1, false), in);
        graph.addLayer(name + "_left_bn", new BatchNormalization(), name + "_left");
        graph.addLayer(name + "_right", Nets.convolution(4, 1, 1, true), in);
        graph.addVertex(
            name + "_add",
            new ElementWiseVertex(ElementWiseVertex.Op.Add),
            name + "_left_bn",
            name + "_right",
            in);
        graph.addLayer(name, new ActivationLayer(Activation.RELU), name + "_add");
      }
      case 4 ->
          graph.addLayer(
              name,
              new SubsamplingLayer.Builder(
                      random.nextBoolean() ? PoolingType.MAX : PoolingType.AVG, new int[] {3, 3})
                  .stride(1, 1)
                  .padding(1, 1)
                  .build(),
              in);
      default -> {
        graph.addLayer(
            name + "_bn",
            new BatchNormalization.Builder().lockGammaBeta(true).gamma(0.7).beta(0.1).build(),
            in);
        graph.addLayer(name + "_relu", new ActivationLayer(Activation.RELU), name + "_bn");
        graph.addVertex(
            name, new ElementWiseVertex(ElementWiseVertex.Op.Add), name + "_bn", name + "_relu");
      }
    }
    return name;
  }
}
