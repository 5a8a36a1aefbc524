package io.millrace.onnx;

import static io.millrace.onnx.OnnxGraph.attribute;

import io.millrace.model.ImageShape;
import io.millrace.model.NetworkCopy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Walks over a network from its images to its output, and writes one vertex after the other. */
final class OnnxNetwork {
  private static final List<LayerKind> KINDS =
      List.of(
          new Convolutions(),
          new Poolings(),
          new GlobalPoolings(),
          new BatchNorms(),
          new DenseLayers(),
          new Activations(),
          new Losses(),
          new Passing());

  private final ComputationGraph net;
  private final ComputationGraphConfiguration configuration;
  private final InputType images;
  private final OnnxGraph graph;
  private final Map<String, String> tensors = new HashMap<>();
  private final Map<String, InputType> types = new HashMap<>();

  /**
   * A walk.
   *
   * @param net the network, with its weights; its output gives logits
   */
  OnnxNetwork(ComputationGraph net, ImageShape images, OnnxGraph graph) {
    this.net = net;
    this.configuration = net.getConfiguration();
    this.graph = graph;
    this.images = InputType.convolutional(images.height(), images.width(), images.channels());
    graph.input(OnnxModel.IMAGES, images.channels(), images.height(), images.width());
  }

  /** Writes all of it, and returns the tensor with the output. */
  String write() {
    configuration.getVertices().forEach(OnnxNetwork::check);
    String input = configuration.getNetworkInputs().get(0);
    tensors.put(input, OnnxModel.IMAGES);
    types.put(input, images);
    types.putAll(NetworkCopy.of(configuration).getLayerActivationTypes(images));
    for (int index : net.topologicalSortOrder()) {
      String name = net.getVertices()[index].getVertexName();
      GraphVertex vertex = configuration.getVertices().get(name);
      if (vertex != null) {
        tensors.put(name, write(vertex, place(name)));
      }
    }
    return tensors.get(configuration.getNetworkOutputs().get(0));
  }

  private Place place(String name) {
    List<String> inputs = new ArrayList<>();
    List<InputType> shapes = new ArrayList<>();
    for (String input : configuration.getVertexInputs().get(name)) {
      inputs.add(tensors.get(input));
      shapes.add(types.get(input));
    }
    Map<String, INDArray> parameters = net.getVertex(name).paramTable(false);
    return new Place(name, inputs, shapes, parameters == null ? Map.of() : parameters);
  }

  /** Refuses what no kind serves, before anything is written. */
  private static void check(String name, GraphVertex vertex) {
    if (vertex instanceof LayerVertex node) {
      kind(name, layer(node));
    }
  }

  private static Layer layer(LayerVertex node) {
    Layer layer = node.getLayerConf().getLayer();
    return layer instanceof FrozenLayer frozen ? frozen.getLayer() : layer;
  }

  /** The kind that serves a layer; that of its class says which of its settings none serves. */
  private static LayerKind kind(String name, Layer layer) {
    String reason = "";
    for (LayerKind kind : KINDS) {
      Optional<String> refusal = kind.refusal(layer);
      if (refusal.isEmpty()) {
        return kind;
      }
      reason = reason.startsWith("its ") ? reason : refusal.get();
    }
    throw Place.refusal(name, reason);
  }

  private String write(GraphVertex vertex, Place place) {
    if (!(vertex instanceof LayerVertex node)) {
      return Combining.write(graph, vertex, place);
    }
    Place own = node.getPreProcessor() == null ? place : flat(node.getPreProcessor(), place);
    Layer layer = layer(node);
    return kind(place.name(), layer).write(graph, layer, own);
  }

  /** Images as vectors, channel after channel. */
  private Place flat(InputPreProcessor preprocessor, Place place) {
    boolean known =
        preprocessor.getClass() == CnnToFeedForwardPreProcessor.class
            && ((CnnToFeedForwardPreProcessor) preprocessor).getFormat() == CNN2DFormat.NCHW;
    if (!known) {
      throw place.refusal("its input goes through " + preprocessor);
    }
    if (place.images() == null) {
      return place;
    }
    String tensor =
        graph.node("Flatten", place.name() + "_flat", place.inputs(), attribute("axis", 1));
    return place.behind(tensor, preprocessor.getOutputType(place.types().get(0)));
  }
}
