package io.millrace.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The pieces of a residual network as stock DL4J layers; each call returns the vertex it added. */
final class ResidualGraph {
  static final double EPSILON = 1e-5;
  static final double DECAY = 0.9;
  static final String INPUT = "image";

  private final GraphBuilder graph;

  ResidualGraph(NetworkPurpose purpose) {
    ImageShape shape = purpose.images();
    graph =
        new NeuralNetConfiguration.Builder()
            .seed(purpose.seed())
            .updater(purpose.updater())
            .weightInit(WeightInit.RELU)
            .graphBuilder()
            .addInputs(INPUT)
            .setInputTypes(
                InputType.convolutional(shape.height(), shape.width(), shape.channels()));
  }

  /** Convolution without bias, padded by (kernel - 1) / 2, and batch norm. */
  String convolve(String name, String input, int kernel, int stride, int channels) {
    graph.addLayer(
        name,
        new ConvolutionLayer.Builder(kernel, kernel)
            .stride(stride, stride)
            .padding((kernel - 1) / 2, (kernel - 1) / 2)
            .convolutionMode(ConvolutionMode.Truncate)
            .nOut(channels)
            .hasBias(false)
            .activation(Activation.IDENTITY)
            .build(),
        input);
    graph.addLayer(
        name + "_bn",
        new BatchNormalization.Builder().eps(EPSILON).decay(DECAY).useLogStd(false).build(),
        name);
    return name + "_bn";
  }

  String relu(String name, String input) {
    graph.addLayer(name, new ActivationLayer(Activation.RELU), input);
    return name;
  }

  /** The sum of the residual branch and the shortcut, in that order, and ReLU. */
  String join(String name, String residual, String shortcut) {
    graph.addVertex(
        name + "_add", new ElementWiseVertex(ElementWiseVertex.Op.Add), residual, shortcut);
    return relu(name, name + "_add");
  }

  ComputationGraphConfiguration classify(String input, int classes) {
    graph.addLayer("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), input);
    graph.addLayer(
        "output",
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(classes)
            .activation(Activation.SOFTMAX)
            .build(),
        "pool");
    ComputationGraphConfiguration configuration = graph.setOutputs("output").build();
    configuration.getVertices().values().forEach(ResidualGraph::nameStatistics);
    return configuration;
  }

  /**
   * Names the parameters of a batch norm as {@code init} would: DL4J's JSON reader takes a batch
   * norm without a named variance for one that keeps the log of the deviation.
   */
  private static void nameStatistics(GraphVertex vertex) {
    if (vertex instanceof LayerVertex layer
        && layer.getLayerConf().getLayer() instanceof BatchNormalization norm) {
      norm.initializer().paramKeys(norm).forEach(layer.getLayerConf()::addVariable);
    }
  }

  GraphBuilder graph() {
    return graph;
  }
}
