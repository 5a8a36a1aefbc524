package io.millrace.model.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/** A copy of a graph while the pass changes it, and what has become of each vertex. */
final class GraphRewrite {
  private final ComputationGraphConfiguration configuration;
  private final Map<String, String> paths = new LinkedHashMap<>();

  GraphRewrite(ComputationGraphConfiguration canonical) {
    configuration = canonical.clone();
    canonical
        .getVertices()
        .forEach((name, vertex) -> paths.put(name, LayerPath.stock(name, vertex).path()));
  }

  ComputationGraphConfiguration configuration() {
    return configuration;
  }

  List<LayerPath> paths() {
    return paths.entrySet().stream()
        .map(path -> new LayerPath(path.getKey(), path.getValue()))
        .toList();
  }

  /** The vertex now, or null when it was fused into another. */
  GraphVertex vertex(String name) {
    return configuration.getVertices().get(name);
  }

  void replace(String name, GraphVertex vertex, String path) {
    configuration.getVertices().put(name, vertex);
    paths.put(name, path);
  }

  /** The format of all inputs of a vertex, where they are known to be images. */
  Optional<CNN2DFormat> inputFormat(String name) {
    return new ImageFormats(configuration).ofInputs(name);
  }

  /** Takes the ReLU layer that alone uses {@code name} out of the graph, if there is one. */
  boolean fuseRelu(String name) {
    List<String> users = usersOf(name);
    if (users.size() != 1 || isOutput(name) || isOutput(users.get(0)) || !isRelu(users.get(0))) {
      return false;
    }
    String relu = users.get(0);
    configuration.getVertices().remove(relu);
    configuration.getVertexInputs().remove(relu);
    configuration
        .getVertexInputs()
        .values()
        .forEach(inputs -> inputs.replaceAll(input -> input.equals(relu) ? name : input));
    paths.put(relu, "fused relu");
    return true;
  }

  /**
   * Lets gradients travel flat along the edges whose two ends, and all others there, are native,
   * and not at all to what reads nothing but inputs of the network.
   */
  void directGradients() {
    configuration.getVertices().forEach(this::directGradients);
  }

  private void directGradients(String name, GraphVertex vertex) {
    List<String> inputs = configuration.getVertexInputs().get(name);
    boolean flat = inputs.stream().allMatch(this::isAmongNative);
    if (vertex instanceof NativeSum sum) {
      sum.sendFlat(flat);
    } else if (vertex instanceof NativeLayer layer) {
      boolean first =
          layer.getPreProcessor() == null && configuration.getNetworkInputs().containsAll(inputs);
      layer.send(new NativeLayer.Gradients(flat, !first));
    }
  }

  private boolean isAmongNative(String name) {
    return isNative(vertex(name))
        && usersOf(name).stream().map(this::vertex).allMatch(GraphRewrite::isNative);
  }

  private static boolean isNative(GraphVertex vertex) {
    return vertex instanceof NativeSum
        || (vertex instanceof NativeLayer layer && layer.getPreProcessor() == null);
  }

  /** Whether it is a layer of ReLU and nothing else. */
  boolean isRelu(String name) {
    return vertex(name) instanceof LayerVertex layer
        && layer.getPreProcessor() == null
        && layer.getLayerConf().getLayer().getClass() == ActivationLayer.class
        && ((ActivationLayer) layer.getLayerConf().getLayer()).getActivationFn()
            instanceof ActivationReLU
        && layer.getLayerConf().getLayer().getIDropout() == null;
  }

  private List<String> usersOf(String name) {
    List<String> users = new ArrayList<>();
    configuration
        .getVertexInputs()
        .forEach(
            (user, inputs) ->
                inputs.stream().filter(name::equals).forEach(input -> users.add(user)));
    return users;
  }

  private boolean isOutput(String name) {
    return configuration.getNetworkOutputs().contains(name);
  }
}
