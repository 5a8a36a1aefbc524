package io.millrace.model.layers;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.preprocessor.CnnToFeedForwardPreProcessor;
import org.deeplearning4j.nn.conf.preprocessor.FeedForwardToCnnPreProcessor;

/**
 * Which activations may change between the forward and the backward pass. DL4J lets dropout and
 * noise write over the array that they read, and frozen layers and views hand on what is not
 * theirs. So a vertex counts as one that leaves its input alone, and makes its output anew, only if
 * it is known to.
 */
record WrittenArrays(ComputationGraphConfiguration network) {
  private static final Set<Class<?>> LAYERS =
      Set.of(
          ConvolutionLayer.class,
          DepthwiseConvolution2D.class,
          SeparableConvolution2D.class,
          Deconvolution2D.class,
          SubsamplingLayer.class,
          GlobalPoolingLayer.class,
          BatchNormalization.class,
          LocalResponseNormalization.class,
          ActivationLayer.class,
          ZeroPaddingLayer.class,
          DenseLayer.class,
          OutputLayer.class);

  private static final Set<Class<?>> VERTICES =
      Set.of(ElementWiseVertex.class, ScaleVertex.class, ShiftVertex.class);

  private static final Set<Class<?>> PREPROCESSORS =
      Set.of(CnnToFeedForwardPreProcessor.class, FeedForwardToCnnPreProcessor.class);

  /** Whether a vertex that reads the output of {@code name} may write to it. */
  boolean hasWrittenOutput(String name) {
    return users(name).stream().anyMatch(user -> !isPure(user));
  }

  /** Whether a vertex other than {@code name} may write to what {@code name} reads. */
  boolean hasWrittenInput(String name) {
    for (String input : network.getVertexInputs().get(name)) {
      boolean written = users(input).stream().anyMatch(user -> !user.equals(name) && !isPure(user));
      if (written || (isVertex(input) && !isPure(input) && hasWrittenInput(input))) {
        return true;
      }
    }
    return false;
  }

  private List<String> users(String name) {
    return network.getVertexInputs().entrySet().stream()
        .filter(user -> user.getValue().contains(name))
        .map(Map.Entry::getKey)
        .toList();
  }

  private boolean isVertex(String name) {
    return network.getVertices().containsKey(name);
  }

  /** Whether it leaves its inputs alone and makes its output anew. */
  private boolean isPure(String name) {
    GraphVertex vertex = network.getVertices().get(name);
    if (vertex instanceof LayerVertex layer) {
      return LAYERS.contains(layer.getLayerConf().getLayer().getClass())
          && layer.getLayerConf().getLayer().getIDropout() == null
          && (layer.getPreProcessor() == null
              || PREPROCESSORS.contains(layer.getPreProcessor().getClass()));
    }
    boolean merges =
        vertex.getClass() == MergeVertex.class && network.getVertexInputs().get(name).size() > 1;
    return merges || VERTICES.contains(vertex.getClass());
  }
}
