package io.millrace.formats;

import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;

/**
 * A Keras 2 model as a stock DL4J network, with channels first, of {@link KerasLayers}; every other
 * layer is refused by name. A layer keeps its name. A Flatten has no layer: DL4J flattens in front
 * of a dense one, with channels first, and {@link KerasWeights} turns its rows accordingly.
 */
final class KerasNetwork {
  private static final String SOFTMAX = "softmax";

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
      case "Conv2D" -> image(layer, in, KerasLayers.convolution(layer));
      case "MaxPooling2D" -> image(layer, in, KerasLayers.pooling(layer, PoolingType.MAX));
      case "AveragePooling2D" -> image(layer, in, KerasLayers.pooling(layer, PoolingType.AVG));
      case "GlobalAveragePooling2D" -> global(layer, in, PoolingType.AVG);
      case "GlobalMaxPooling2D" -> global(layer, in, PoolingType.MAX);
      case "BatchNormalization" -> normalised(layer, in);
      case "Activation" -> same(layer, in, KerasLayers.activation(layer));
      case "ReLU" -> same(layer, in, KerasLayers.relu(layer));
      case "Dropout" -> dropout(layer, in);
      case "Flatten" -> {
        layer.requireOnly(Set.of("data_format"));
        layer.require("data_format", KerasLayers.LAST);
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

  private Out put(KerasLayer layer, Out in, Layer made, Flow flow) {
    graph.addLayer(layer.name(), made, in.vertex);
    return new Out(layer.name(), flow);
  }

  private Out same(KerasLayer layer, Out in, Layer made) {
    return put(layer, in, made, in.flow);
  }

  private Out image(KerasLayer layer, Out in, Layer made) throws IOException {
    requireFlow(layer, in, Flow.IMAGE);
    return put(layer, in, made, Flow.IMAGE);
  }

  private Out global(KerasLayer layer, Out in, PoolingType type) throws IOException {
    GlobalPoolingLayer made = KerasLayers.globalPooling(layer, type);
    requireFlow(layer, in, Flow.IMAGE);
    return put(layer, in, made, Flow.FLAT);
  }

  private Out normalised(KerasLayer layer, Out in) throws IOException {
    BatchNormalization made = KerasLayers.batchNorm(layer);
    boolean image = in.flow == Flow.IMAGE;
    String last = image ? "3" : "1";
    if (in.flow == Flow.FLATTENED
        || !layer.config().path("axis").toString().matches("\\[?(-1|%s)\\]?".formatted(last))) {
      throw layer.refused("axis", "the last, of an image or of what a dense layer gives");
    }
    return same(layer, in, made);
  }

  private Out dropout(KerasLayer layer, Out in) throws IOException {
    return KerasLayers.dropout(layer).map(made -> same(layer, in, made)).orElse(in);
  }

  private Out dense(KerasLayer layer, Out in) throws IOException {
    Layer made = layer.name().equals(head) ? KerasLayers.output(layer) : KerasLayers.dense(layer);
    if (in.flow == Flow.IMAGE) {
      throw layer.refused("sees an image (must see a vector)");
    }
    return put(layer, in, made, Flow.FLAT);
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
