package io.millrace.model.init;

import io.millrace.model.ImageShape;
import io.millrace.model.NetworkCopy;
import io.millrace.model.ParameterSlot;
import io.millrace.model.architecture.CifarResNet;
import io.millrace.model.architecture.CifarResNet.Shortcut;
import io.millrace.model.architecture.NetworkPurpose;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.Sgd;

/** Networks whose weights are started, and what they start at. */
abstract class StartedNets {
  static final int SEED = 7;

  /** A network of every kind of layer whose weights have a shape of their own. */
  static ComputationGraphConfiguration zoo() {
    return new NeuralNetConfiguration.Builder()
        .seed(3)
        .biasInit(0.5)
        .weightInit(WeightInit.XAVIER)
        .graphBuilder()
        .addInputs("in")
        .addLayer("conv", new ConvolutionLayer.Builder(3, 2).nOut(6).build(), "in")
        .addLayer("norm", new BatchNormalization.Builder().useLogStd(false).build(), "conv")
        .addLayer(
            "depthwise",
            new DepthwiseConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(12).build(),
            "norm")
        .addLayer(
            "separable",
            new SeparableConvolution2D.Builder(3, 3).depthMultiplier(2).nOut(8).build(),
            "depthwise")
        .addLayer(
            "up",
            new FrozenLayer(new Deconvolution2D.Builder(2, 2).stride(2, 2).nOut(5).build()),
            "separable")
        .addLayer("slopes", new PReLULayer.Builder().inputShape(5, 10, 12).build(), "up")
        .addLayer(
            "local", new LocallyConnected2D.Builder().kernelSize(4, 4).nOut(2).build(), "slopes")
        .addLayer("dense", new DenseLayer.Builder().nOut(4).hasLayerNorm(true).build(), "local")
        .addLayer(
            "output",
            new OutputLayer.Builder().nOut(3).activation(Activation.SOFTMAX).build(),
            "dense")
        .setOutputs("output")
        .setInputTypes(InputType.convolutional(11, 12, 3))
        .build();
  }

  static ComputationGraph net(ComputationGraphConfiguration configuration) {
    ComputationGraph net = new ComputationGraph(NetworkCopy.of(configuration));
    net.init();
    return net;
  }

  static ComputationGraph residual() {
    return net(
        new CifarResNet(8, 16, Shortcut.PROJECTION, true)
            .configuration(new NetworkPurpose(new ImageShape(8, 8, 3), 10, new Sgd(0.1), 3)));
  }

  static InitRule rule(String names, Initializer kind) {
    return new InitRule(names, null, kind);
  }

  static InitialWeights start(
      ComputationGraph net, long seed, boolean zeroGamma, Initializer kind, InitRule... rules) {
    InitialWeights weights = InitialWeights.of(new InitConfig(kind, null, List.of(rules)), net);
    weights.set(net, seed, zeroGamma);
    return weights;
  }

  static float[] values(ComputationGraph net, String vertex, String name) {
    INDArray view = net.getVertex(vertex).paramTable(false).get(name);
    return view.dup(view.ordering()).data().asFloat();
  }

  static float[] values(ComputationGraph net, ParameterSlot slot) {
    return values(net, slot.vertex(), slot.name());
  }

  static WeightShape shape(InitialWeights weights, String key) {
    return weights.starts().stream()
        .filter(start -> start.slot().key().equals(key))
        .findFirst()
        .orElseThrow()
        .shape();
  }
}
