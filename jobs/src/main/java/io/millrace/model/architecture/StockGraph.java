package io.millrace.model.architecture;

import io.millrace.model.ImageShape;
import io.millrace.model.LinearGraph;
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
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The pieces of our networks as stock DL4J layers; each call returns the vertex it added. */
final class StockGraph {
  static final String INPUT = LinearGraph.INPUT;
  private static final double EPSILON = 1e-5;
  private static final double DECAY = 0.9;

  private final GraphBuilder graph;
  private final HiddenActivation activation;

  /** An empty one. */
  StockGraph(NetworkPurpose purpose, HiddenActivation activation) {
    this.activation = activation;
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

  /** Refuses images that are too small for a network of this name. */
  static void requireSides(ImageShape images, int least, String network) {
    requireSide("height", images.height(), least, network);
    requireSide("width", images.width(), least, network);
  }

  private static void requireSide(String key, int side, int least, String network) {
    if (side < least) {
      throw new IllegalArgumentException(
          "Invalid input.%s: %d (must be >= %d for %s)".formatted(key, side, least, network));
    }
  }

  String add(String name, Layer layer, String input) {
    graph.addLayer(name, layer, input);
    return name;
  }

  /** Convolution without bias, padded by (kernel - 1) / 2. */
  static ConvolutionLayer convolution(int kernel, int stride, int channels) {
    return new ConvolutionLayer.Builder(kernel, kernel)
        .stride(stride, stride)
        .padding((kernel - 1) / 2, (kernel - 1) / 2)
        .convolutionMode(ConvolutionMode.Truncate)
        .nOut(channels)
        .hasBias(false)
        .activation(Activation.IDENTITY)
        .build();
  }

  /** {@link #convolution} and batch norm. */
  String convolve(String name, String input, int kernel, int stride, int channels) {
    return normalise(name + "_bn", add(name, convolution(kernel, stride, channels), input));
  }

  String normalise(String name, String input) {
    return add(
        name,
        new BatchNormalization.Builder().eps(EPSILON).decay(DECAY).useLogStd(false).build(),
        input);
  }

  /** The activation as a layer of its own, called {@code <block>_relu<number>} and the like. */
  String activate(String block, String number, String input) {
    String name = block + "_" + activation.inVertexNames() + number;
    return add(name, new ActivationLayer(activation.function()), input);
  }

  String activate(String block, String input) {
    return activate(block, "", input);
  }

  /** The activation for a layer that has one within. */
  IActivation activation() {
    return activation.function();
  }

  /** The sum of the residual branch and the shortcut, in that order. */
  String sum(String name, String residual, String shortcut) {
    return vertex(name, new ElementWiseVertex(ElementWiseVertex.Op.Add), residual, shortcut);
  }

  /** The activation of that sum. */
  String join(String name, String residual, String shortcut) {
    String sum = sum(name + "_add", residual, shortcut);
    return add(name, new ActivationLayer(activation.function()), sum);
  }

  String vertex(String name, GraphVertex vertex, String... inputs) {
    graph.addVertex(name, vertex, inputs);
    return name;
  }

  /** Sets this share of the numbers to 0 in training, and scales the others up; none for 0. */
  String drop(String name, double share, String input) {
    return share == 0 ? input : add(name, new DropoutLayer(1 - share), input);
  }

  String dense(String name, int outputs, String input) {
    return add(
        name, new DenseLayer.Builder().nOut(outputs).activation(activation()).build(), input);
  }

  String globalAverage(String input) {
    return add("pool", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), input);
  }

  /** The network that ends here with the head and the probability of each class. */
  ComputationGraphConfiguration classify(String input, NetworkPurpose purpose) {
    String top = input;
    for (int i = 0; i < purpose.head().size(); i++) {
      HeadLayer layer = purpose.head().get(i);
      top = add(ModelConfig.vertex(i, layer), layer.layer(), top);
    }
    add(
        "output",
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(purpose.classes())
            .activation(Activation.SOFTMAX)
            .build(),
        top);
    ComputationGraphConfiguration configuration = graph.setOutputs("output").build();
    configuration.getVertices().values().forEach(StockGraph::nameStatistics);
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
}
