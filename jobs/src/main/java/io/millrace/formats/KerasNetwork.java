package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * A Keras 2 model as a stock DL4J network, with channels first: layers and settings whose equality
 * the tests show, by Keras' own outputs or a plain loop; every other one is refused by name. A
 * layer keeps its name. A Flatten has no layer: DL4J flattens in front of a dense one, with
 * channels first, and {@link KerasWeights} turns its rows accordingly.
 */
final class KerasNetwork {
  private static final Map<String, IActivation> ACTIVATIONS =
      Map.of(
          "linear", new ActivationIdentity(),
          "relu", new ActivationReLU(),
          "relu6", new ActivationReLU6(),
          "tanh", new ActivationTanH(),
          "sigmoid", new ActivationSigmoid());
  private static final String SOFTMAX = "softmax";
  private static final String SAME = "same";
  private static final String LAST = "channels_last";

  /** What flows out of a layer. */
  private enum Flow {
    IMAGE,
    /** An image that is to be flattened in front of the next dense layer. */
    FLATTENED,
    FLAT
  }

  private record Out(String vertex, Flow flow) {}

  private final GraphBuilder graph;
  private final Map<String, Out> outs = new HashMap<>();
  private final String head;

  private KerasNetwork(KerasJson model) throws IOException {
    this.head = head(model.layers());
    graph =
        new NeuralNetConfiguration.Builder()
            .graphBuilder()
            .addInputs(KerasJson.IMAGES)
            .setInputTypes(
                InputType.convolutional(
                    model.images().height(), model.images().width(), model.images().channels()));
    outs.put(KerasJson.IMAGES, new Out(KerasJson.IMAGES, Flow.IMAGE));
  }

  /** The dense layer that gives the classes: the last layer, or that in front of a last softmax. */
  private static String head(List<KerasLayer> layers) throws IOException {
    KerasLayer last = layers.get(layers.size() - 1);
    if (last.kind().equals("Dense") && last.text("activation").equals(SOFTMAX)) {
      return last.name();
    }
    if (layers.size() > 1) {
      KerasLayer dense = layers.get(layers.size() - 2);
      boolean split =
          last.kind().equals("Activation")
              && last.text("activation").equals(SOFTMAX)
              && last.inputs().equals(List.of(dense.name()))
              && dense.kind().equals("Dense")
              && dense.text("activation").equals("linear");
      if (split) {
        return dense.name();
      }
    }
    throw last.refused("is its last layer (must be a Dense with softmax)");
  }

  /**
   * The network of a model.
   *
   * @throws WrongInputException naming the first layer or setting that is not read
   */
  static ComputationGraphConfiguration of(KerasJson model) throws IOException {
    KerasNetwork network = new KerasNetwork(model);
    for (KerasLayer layer : model.layers()) {
      network.add(layer);
    }
    return network.graph.setOutputs(network.head).build();
  }

  private void add(KerasLayer layer) throws IOException {
    if (outs.containsKey(head)) { // the softmax behind it
      layer.requireOnly(Set.of("activation"));
      return;
    }
    if (layer.inputs().size() > 1 != layer.kind().equals("Add")) {
      throw layer.refused("has %d inputs".formatted(layer.inputs().size()));
    }
    outs.put(layer.name(), added(layer, outs.get(layer.inputs().get(0))));
  }

  private Out added(KerasLayer layer, Out in) throws IOException {
    return switch (layer.kind()) {
      case "Conv2D" -> image(layer, in, convolution(layer));
      case "MaxPooling2D" -> image(layer, in, pooling(layer, PoolingType.MAX));
      case "AveragePooling2D" -> image(layer, in, pooling(layer, PoolingType.AVG));
      case "GlobalAveragePooling2D" -> global(layer, in, PoolingType.AVG);
      case "GlobalMaxPooling2D" -> global(layer, in, PoolingType.MAX);
      case "BatchNormalization" -> normalised(layer, in);
      case "Activation" -> {
        layer.requireOnly(Set.of("activation"));
        yield same(layer, in, new ActivationLayer(activation(layer)));
      }
      case "ReLU" -> same(layer, in, new ActivationLayer(relu(layer)));
      case "Dropout" -> dropout(layer, in);
      case "Flatten" -> {
        layer.requireOnly(Set.of("data_format"));
        layer.require("data_format", LAST);
        requireFlow(layer, in, Flow.IMAGE);
        yield new Out(in.vertex, Flow.FLATTENED);
      }
      case "Dense" -> dense(layer, in);
      case "Add" -> sum(layer);
      default -> throw layer.refused("is a layer that is not read");
    };
  }

  private static void requireFlow(KerasLayer layer, Out in, Flow flow) throws IOException {
    if (in.flow != flow) {
      throw layer.refused("does not see " + (flow == Flow.IMAGE ? "an image" : "a vector"));
    }
  }

  private Out put(
      KerasLayer layer, Out in, org.deeplearning4j.nn.conf.layers.Layer made, Flow flow) {
    graph.addLayer(layer.name(), made, in.vertex);
    return new Out(layer.name(), flow);
  }

  private Out same(KerasLayer layer, Out in, org.deeplearning4j.nn.conf.layers.Layer made) {
    return put(layer, in, made, in.flow);
  }

  private Out image(KerasLayer layer, Out in, org.deeplearning4j.nn.conf.layers.Layer made)
      throws IOException {
    requireFlow(layer, in, Flow.IMAGE);
    return put(layer, in, made, Flow.IMAGE);
  }

  private static ConvolutionLayer convolution(KerasLayer layer) throws IOException {
    layer.requireOnly(
        Set.of(
            "filters",
            "kernel_size",
            "strides",
            "padding",
            "data_format",
            "dilation_rate",
            "groups",
            "activation",
            "use_bias"));
    layer.require("data_format", LAST);
    layer.require("dilation_rate", "[1,1]");
    layer.require("groups", 1);
    return new ConvolutionLayer.Builder(layer.sides("kernel_size"))
        .stride(layer.sides("strides"))
        .convolutionMode(isSame(layer) ? ConvolutionMode.Same : ConvolutionMode.Truncate)
        .nOut((int) layer.number("filters", 1, 1 << 16))
        .hasBias(layer.flag("use_bias"))
        .activation(activation(layer))
        .build();
  }

  private static boolean isSame(KerasLayer layer) throws IOException {
    if (!layer.text("padding").matches("same|valid")) {
      throw layer.refused("padding", "same or valid");
    }
    return layer.text("padding").equals(SAME);
  }

  private static SubsamplingLayer pooling(KerasLayer layer, PoolingType type) throws IOException {
    layer.requireOnly(Set.of("pool_size", "strides", "padding", "data_format"));
    layer.require("data_format", LAST);
    layer.require("padding", "valid");
    int[] size = layer.sides("pool_size");
    return new SubsamplingLayer.Builder(type)
        .kernelSize(size)
        .stride(layer.sides("strides", size))
        .convolutionMode(ConvolutionMode.Truncate)
        .build();
  }

  private Out global(KerasLayer layer, Out in, PoolingType type) throws IOException {
    layer.requireOnly(Set.of("data_format", "keepdims"));
    layer.require("data_format", LAST);
    layer.require("keepdims", false);
    requireFlow(layer, in, Flow.IMAGE);
    return put(layer, in, new GlobalPoolingLayer.Builder(type).build(), Flow.FLAT);
  }

  private Out normalised(KerasLayer layer, Out in) throws IOException {
    layer.requireOnly(Set.of("axis", "momentum", "epsilon", "center", "scale"));
    boolean image = in.flow == Flow.IMAGE;
    String last = image ? "3" : "1";
    if (in.flow == Flow.FLATTENED
        || !layer.config().path("axis").toString().matches("\\[?(-1|%s)\\]?".formatted(last))) {
      throw layer.refused("axis", "the last, of an image or of what a dense layer gives");
    }
    layer.require("center", true);
    layer.require("scale", true);
    return same(
        layer,
        in,
        new BatchNormalization.Builder()
            .eps(layer.number("epsilon", 0, 1))
            .decay(layer.number("momentum", 0, 1))
            .useLogStd(false)
            .build());
  }

  private static IActivation activation(KerasLayer layer) throws IOException {
    IActivation activation = ACTIVATIONS.get(layer.text("activation"));
    if (activation == null) {
      throw layer.refused("activation", "linear, relu, relu6, tanh or sigmoid, softmax at the end");
    }
    return activation;
  }

  private static IActivation relu(KerasLayer layer) throws IOException {
    layer.requireOnly(Set.of("max_value", "negative_slope", "threshold"));
    layer.require("negative_slope", 0.0);
    layer.require("threshold", 0.0);
    layer.require("max_value", 6.0);
    return ACTIVATIONS.get(layer.config().path("max_value").isNumber() ? "relu6" : "relu");
  }

  private Out dropout(KerasLayer layer, Out in) throws IOException {
    layer.requireOnly(Set.of("rate", "noise_shape"));
    double rate = layer.number("rate", 0, 0.999);
    if (!layer.config().path("noise_shape").isMissingNode()
        && !layer.config().path("noise_shape").isNull()) {
      throw layer.refused("noise_shape", "null");
    }
    return rate == 0 ? in : same(layer, in, new DropoutLayer(1 - rate));
  }

  private Out dense(KerasLayer layer, Out in) throws IOException {
    layer.requireOnly(Set.of("units", "activation", "use_bias"));
    if (in.flow == Flow.IMAGE) {
      throw layer.refused("sees an image (must see a vector)");
    }
    int units = (int) layer.number("units", 1, 1 << 20);
    if (!layer.name().equals(head)) {
      return put(
          layer,
          in,
          new DenseLayer.Builder()
              .nOut(units)
              .hasBias(layer.flag("use_bias"))
              .activation(activation(layer))
              .build(),
          Flow.FLAT);
    }
    return put(
        layer,
        in,
        new OutputLayer.Builder(LossFunction.MCXENT)
            .nOut(units)
            .hasBias(layer.flag("use_bias"))
            .activation(Activation.SOFTMAX)
            .build(),
        Flow.FLAT);
  }

  private Out sum(KerasLayer layer) throws IOException {
    layer.requireOnly(Set.of());
    List<Out> ins = layer.inputs().stream().map(outs::get).toList();
    Flow flow = ins.get(0).flow;
    if (flow == Flow.FLATTENED || ins.stream().anyMatch(in -> in.flow != flow)) {
      throw layer.refused("does not see images alone, or vectors alone");
    }
    graph.addVertex(
        layer.name(),
        new ElementWiseVertex(ElementWiseVertex.Op.Add),
        ins.stream().map(Out::vertex).toArray(String[]::new));
    return new Out(layer.name(), flow);
  }
}
