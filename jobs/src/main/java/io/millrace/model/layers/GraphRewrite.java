package io.millrace.model.layers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.nd4j.linalg.activations.impl.ActivationReLU;

/** A copy of a graph while the pass changes it, and what has become of each vertex. */
final class GraphRewrite {
  private final ComputationGraphConfiguration configuration;
  private final Map<String, String> paths = new LinkedHashMap<>();

  GraphRewrite(ComputationGraphConfiguration canonical) {
    configuration = canonical.clone();
    canonical.getVertices().keySet().forEach(name -> paths.put(name, LayerPath.STOCK));
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

  void replaceLayer(String name, Layer layer, String path) {
    LayerVertex old = (LayerVertex) vertex(name);
    NeuralNetConfiguration conf = old.getLayerConf().clone();
    conf.setLayer(layer);
    replace(name, new LayerVertex(conf, old.getPreProcessor()), path);
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
   * Lets gradients travel flat along the edges whose two ends, and all others there, are native.
   */
  void flattenGradients() {
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              boolean flat =
                  configuration.getVertexInputs().get(name).stream().allMatch(this::isAmongNative);
              if (vertex instanceof NativeSum sum) {
                sum.sendFlat(flat);
              } else if (vertex instanceof LayerVertex layer) {
                sendFlat(layer.getLayerConf().getLayer(), flat);
              }
            });
  }

  /** Tells convolutions that read nothing but inputs of the network that no gradient goes on. */
  void stopAtInputs() {
    configuration
        .getVertices()
        .forEach(
            (name, vertex) -> {
              boolean first =
                  configuration
                      .getNetworkInputs()
                      .containsAll(configuration.getVertexInputs().get(name));
              if (first
                  && vertex instanceof LayerVertex layer
                  && layer.getPreProcessor() == null
                  && layer.getLayerConf().getLayer() instanceof NativeConvolution convolution) {
                convolution.isFirst();
              }
            });
  }

  private static void sendFlat(Layer layer, boolean flat) {
    if (layer instanceof NativeConvolution convolution) {
      convolution.sendFlat(flat);
    } else if (layer instanceof NativeBatchNorm norm) {
      norm.sendFlat(flat);
    }
  }

  private boolean isAmongNative(String name) {
    return isNative(vertex(name))
        && usersOf(name).stream().map(this::vertex).allMatch(this::isNative);
  }

  private boolean isNative(GraphVertex vertex) {
    return vertex instanceof NativeSum
        || (vertex instanceof LayerVertex layer
            && layer.getPreProcessor() == null
            && (layer.getLayerConf().getLayer() instanceof NativeConvolution
                || layer.getLayerConf().getLayer() instanceof NativeBatchNorm));
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

  /** Whether all inputs are known to have the shape [N, C, H, W]. */
  boolean inputsAreImages(String name) {
    boolean plain = !(vertex(name) instanceof LayerVertex layer) || layer.getPreProcessor() == null;
    return plain && configuration.getVertexInputs().get(name).stream().allMatch(this::isImage);
  }

  private boolean isImage(String name) {
    GraphVertex vertex = vertex(name);
    if (vertex instanceof LayerVertex node) {
      Layer layer = node.getLayerConf().getLayer();
      if (layer instanceof ConvolutionLayer convolution) {
        return isTwoDimensional(convolution)
            && convolution.getCnn2dDataFormat() == CNN2DFormat.NCHW;
      }
      if (layer instanceof SubsamplingLayer pooling) {
        return pooling.getClass() == SubsamplingLayer.class
            && pooling.getCnn2dDataFormat() == CNN2DFormat.NCHW;
      }
      return layer instanceof ZeroPaddingLayer || (passesThrough(layer) && inputsAreImages(name));
    }
    return (vertex instanceof ElementWiseVertex
            || vertex instanceof ScaleVertex
            || vertex instanceof MergeVertex)
        && inputsAreImages(name);
  }

  private static boolean isTwoDimensional(ConvolutionLayer convolution) {
    return convolution.getClass() == ConvolutionLayer.class
        || convolution.getClass() == NativeConvolution.class;
  }

  private static boolean passesThrough(Layer layer) {
    return layer instanceof BatchNormalization
        || layer instanceof ActivationLayer
        || layer instanceof DropoutLayer;
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
