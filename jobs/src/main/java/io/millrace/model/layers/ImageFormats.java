package io.millrace.model.layers;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;

/** Which vertices of a network are known to give images, and in what order of dimensions. */
record ImageFormats(ComputationGraphConfiguration configuration) {
  private static final Set<Class<?>> CONVOLUTIONS =
      Set.of(
          ConvolutionLayer.class,
          DepthwiseConvolution2D.class,
          SeparableConvolution2D.class,
          Deconvolution2D.class);

  /** The format that all inputs of a vertex share, as the vertex sees them. */
  Optional<CNN2DFormat> ofInputs(String name) {
    if (vertex(name) instanceof LayerVertex layer && layer.getPreProcessor() != null) {
      return Optional.empty();
    }
    List<Optional<CNN2DFormat>> formats =
        configuration.getVertexInputs().get(name).stream().map(this::of).distinct().toList();
    return formats.size() == 1 ? formats.get(0) : Optional.empty();
  }

  private Optional<CNN2DFormat> of(String name) {
    GraphVertex vertex = vertex(name);
    if (vertex instanceof LayerVertex node) {
      Layer layer = node.getLayerConf().getLayer();
      if (CONVOLUTIONS.contains(layer.getClass())) {
        return Optional.of(((ConvolutionLayer) layer).getCnn2dDataFormat());
      }
      if (layer.getClass() == SubsamplingLayer.class) {
        return Optional.of(((SubsamplingLayer) layer).getCnn2dDataFormat());
      }
      if (layer instanceof ZeroPaddingLayer padding) {
        return Optional.of(padding.getDataFormat());
      }
      return passesThrough(layer) ? ofInputs(name) : Optional.empty();
    }
    boolean passes =
        vertex instanceof ElementWiseVertex
            || vertex instanceof ScaleVertex
            || vertex instanceof MergeVertex;
    return passes ? ofInputs(name) : Optional.empty();
  }

  private static boolean passesThrough(Layer layer) {
    return layer instanceof BatchNormalization
        || layer instanceof ActivationLayer
        || layer instanceof DropoutLayer;
  }

  private GraphVertex vertex(String name) {
    return configuration.getVertices().get(name);
  }
}
