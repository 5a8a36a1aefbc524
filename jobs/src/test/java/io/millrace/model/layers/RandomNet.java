package io.millrace.model.layers;

import java.util.Random;
import org.deeplearning4j.nn.api.OptimizationAlgorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.CacheMode;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration.ListBuilder;
import org.deeplearning4j.nn.conf.WorkspaceMode;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.FrozenVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.graph.SubsetVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.AutoEncoder;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.CenterLossOutputLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** An image classifier drawn at random, a pure function of its seed: a stack or a graph. */
final class RandomNet {
  final int height;
  final int width;
  final int channels;
  final int classes;
  final CNN2DFormat format;

  /** One of the two; the other is null. */
  final MultiLayerConfiguration stack;

  final ComputationGraphConfiguration graph;

  private final Random random;
  private final RandomLayers layers;
  private GraphBuilder builder;
  private int names;

  /** A network that is not random, for images of 8 x 7 x 2 and 3 classes. */
  RandomNet(ComputationGraphConfiguration graph) {
    random = null;
    layers = null;
    height = 8;
    width = 7;
    channels = 2;
    classes = 3;
    format = CNN2DFormat.NCHW;
    stack = null;
    this.graph = graph;
  }

  /** May be refused by DL4J with any exception. */
  RandomNet(long seed) {
    random = new Random(seed * 0x9E3779B97F4A7C15L);
    height = 4 + random.nextInt(7);
    width = 4 + random.nextInt(7);
    channels = 1 + random.nextInt(4);
    classes = 2 + random.nextInt(4);
    format = random.nextInt(3) == 0 ? CNN2DFormat.NHWC : CNN2DFormat.NCHW;
    layers = new RandomLayers(random, format, height, width, channels);
    if (random.nextInt(3) == 0) {
      stack = stack();
      graph = null;
    } else {
      graph = graph();
      stack = null;
    }
  }

  private InputType input() {
    return InputType.convolutional(height, width, channels, format);
  }

  /** DL4J's graphs, unlike its stacks, need the same workspace mode for both. */
  private NeuralNetConfiguration.Builder settings(boolean stack) {
    WorkspaceMode mode = layers.seldom() ? WorkspaceMode.NONE : WorkspaceMode.ENABLED;
    NeuralNetConfiguration.Builder settings =
        new NeuralNetConfiguration.Builder()
            .seed(random.nextInt(1000))
            .updater(updater())
            .weightInit(random.nextBoolean() ? WeightInit.XAVIER : WeightInit.RELU)
            .miniBatch(!layers.seldom())
            .cacheMode(layers.seldom() ? CacheMode.DEVICE : CacheMode.NONE)
            .trainingWorkspaceMode(mode)
            .inferenceWorkspaceMode(layers.seldom() && stack ? WorkspaceMode.NONE : mode);
    if (layers.seldom()) {
      settings.l2(0.01).l1(0.001);
    }
    if (layers.seldom()) {
      settings
          .gradientNormalization(GradientNormalization.ClipL2PerLayer)
          .gradientNormalizationThreshold(0.1);
    }
    if (random.nextInt(12) == 0) {
      settings.optimizationAlgo(
          random.nextBoolean()
              ? OptimizationAlgorithm.LBFGS
              : OptimizationAlgorithm.LINE_GRADIENT_DESCENT);
    }
    return settings;
  }

  private IUpdater updater() {
    return switch (random.nextInt(4)) {
      case 0 -> new Nesterovs(0.05, 0.9);
      case 1 -> new Adam(0.01, 0.9, 0.99, 0.1);
      default -> new Sgd(0.1);
    };
  }

  private MultiLayerConfiguration stack() {
    ListBuilder list = settings(true).list();
    for (int i = 2 + random.nextInt(5); i > 0; i--) {
      list.layer(layers.any());
    }
    if (random.nextBoolean()) {
      list.layer(globalPooling());
    } else {
      list.layer(dense());
    }
    if (layers.seldom()) {
      list.layer(flat());
    }
    for (Layer layer : head()) {
      list.layer(layer);
    }
    list.validateOutputLayerConfig(false);
    return list.setInputType(input()).build();
  }

  private ComputationGraphConfiguration graph() {
    builder = settings(false).graphBuilder().addInputs("in").setInputTypes(input());
    builder.validateOutputLayerConfig(false);
    String top = "in";
    for (int i = 2 + random.nextInt(4); i > 0; i--) {
      top = random.nextInt(5) < 2 ? block(top) : add(layers.any(), top);
    }
    top = add(random.nextBoolean() ? globalPooling() : dense(), top);
    if (layers.seldom()) {
      top = add(flat(), top);
    }
    for (Layer layer : head()) {
      top = add(layer, top);
    }
    return builder.setOutputs(top).build();
  }

  /** What has several ways, or is no layer. */
  private String block(String in) {
    return switch (random.nextInt(9)) {
      case 0, 1, 2, 3 -> residual(in);
      case 4, 5 -> merged(in);
      case 6 -> add(new ScaleVertex(0.7), in);
      case 7 -> random.nextBoolean() ? add(new ShiftVertex(0.1), in) : subset(in);
      default ->
          random.nextBoolean()
              ? add(new L2NormalizeVertex(), in)
              : add(new FrozenVertex(new ScaleVertex(1.3)), in);
    };
  }

  private String residual(String in) {
    ElementWiseVertex.Op[] ops = ElementWiseVertex.Op.values();
    ElementWiseVertex.Op op =
        random.nextInt(4) > 0 ? ElementWiseVertex.Op.Add : ops[random.nextInt(ops.length)];
    int outputs = layers.channels();
    String shortcut = in;
    if (layers.seldom()) {
      shortcut = add(new DropoutLayer.Builder().dropOut(layers.dropout()).build(), in);
    }
    String branch = branch(in, outputs);
    String sum =
        layers.seldom() && op == ElementWiseVertex.Op.Add
            ? add(new ElementWiseVertex(op), branch, shortcut, branch(in, outputs))
            : add(new ElementWiseVertex(op), branch, shortcut);
    return random.nextBoolean() ? add(new ActivationLayer(layers.activation()), sum) : sum;
  }

  private String branch(String in, int outputs) {
    String top = add(layers.sameSize(outputs), in);
    if (random.nextBoolean()) {
      top = add(layers.batchNorm(), top);
    }
    if (layers.seldom()) {
      top = add(new DropoutLayer.Builder().dropOut(layers.dropout()).build(), top);
    }
    return random.nextBoolean() ? add(new ActivationLayer(layers.activation()), top) : top;
  }

  private String merged(String in) {
    String left = branch(in, 1 + random.nextInt(3));
    int first = layers.channels();
    String right = branch(in, 1 + random.nextInt(3));
    layers.channels(first + layers.channels());
    return add(new MergeVertex(), left, right);
  }

  private String subset(String in) {
    if (format == CNN2DFormat.NHWC || layers.channels() < 2) {
      return add(new ShiftVertex(-0.1), in);
    }
    layers.channels(layers.channels() - 1);
    return add(new SubsetVertex(1, layers.channels()), in);
  }

  private String add(Layer layer, String in) {
    String name = "v" + names++;
    builder.addLayer(name, layer, in);
    return name;
  }

  private String add(GraphVertex vertex, String... in) {
    String name = "v" + names++;
    builder.addVertex(name, vertex, in);
    return name;
  }

  private Layer globalPooling() {
    PoolingType[] types = {
      PoolingType.AVG, PoolingType.AVG, PoolingType.MAX, PoolingType.SUM, PoolingType.PNORM
    };
    return new GlobalPoolingLayer.Builder(types[random.nextInt(types.length)]).build();
  }

  private Layer dense() {
    return layers.noisy(
        new DenseLayer.Builder()
            .nOut(3 + random.nextInt(5))
            .hasLayerNorm(layers.seldom())
            .activation(layers.activation())
            .build());
  }

  private Layer flat() {
    return switch (random.nextInt(3)) {
      case 0 -> new DropoutLayer.Builder().dropOut(layers.dropout()).build();
      case 1 -> new AutoEncoder.Builder().nOut(4).activation(Activation.TANH).build();
      default -> dense();
    };
  }

  private Layer[] head() {
    BaseLayer output =
        switch (random.nextInt(6)) {
          case 0 -> output(LossFunction.MSE, Activation.IDENTITY);
          case 1 -> output(LossFunction.XENT, Activation.SIGMOID);
          case 2 -> output(LossFunction.SQUARED_HINGE, Activation.TANH);
          case 3 ->
              new CenterLossOutputLayer.Builder(LossFunction.MCXENT)
                  .activation(Activation.SOFTMAX)
                  .alpha(0.1)
                  .lambda(0.01)
                  .nOut(classes)
                  .build();
          default -> output(LossFunction.MCXENT, Activation.SOFTMAX);
        };
    if (layers.seldom()) {
      return new Layer[] {
        new DenseLayer.Builder().nOut(classes).activation(Activation.IDENTITY).build(),
        new LossLayer.Builder(LossFunction.MCXENT).activation(Activation.SOFTMAX).build()
      };
    }
    if (layers.seldom()) {
      return new Layer[] {
        new DenseLayer.Builder().nOut(classes).activation(Activation.TANH).build(),
        new ElementWiseMultiplicationLayer.Builder()
            .nIn(classes)
            .nOut(classes)
            .activation(Activation.IDENTITY)
            .build(),
        layers.noisy(output)
      };
    }
    return new Layer[] {layers.noisy(output)};
  }

  private OutputLayer output(LossFunction loss, Activation activation) {
    return new OutputLayer.Builder(loss).activation(activation).nOut(classes).build();
  }
}
