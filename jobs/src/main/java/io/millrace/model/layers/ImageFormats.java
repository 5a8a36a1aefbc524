package io.millrace.model.layers;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.L2NormalizeVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.graph.ShiftVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LocalResponseNormalization;
import org.deeplearning4j.nn.conf.layers.LocallyConnected2D;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.SpaceToDepthLayer;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.conf.layers.Upsampling2D;
import org.deeplearning4j.nn.conf.layers.ZeroPaddingLayer;
import org.deeplearning4j.nn.conf.layers.convolutional.Cropping2D;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;

/** Which vertices of a network are known to give images, and in what order of dimensions. */
record ImageFormats(ComputationGraphConfiguration configuration) {
  /** Layers that give images, and how they name the format. */
  private static final Map<Class<?>, Function<Layer, CNN2DFormat>> GIVING = new HashMap<>();

  /** Layers that give images where they get them. */
  private static final Set<Class<?>> KEEPING =
      Set.of(
          BatchNormalization.class,
          ActivationLayer.class,
          PReLULayer.class,
          DropoutLayer.class,
          LocalResponseNormalization.class);

  private static final Set<Class<?>> KEEPING_VERTICES =
      Set.of(
          ElementWiseVertex.class,
          NativeSum.class,
          MergeVertex.class,
          ScaleVertex.class,
          ShiftVertex.class,
          L2NormalizeVertex.class);

  static {
    giving(ConvolutionLayer.class, ConvolutionLayer::getCnn2dDataFormat);
    giving(Convolution2D.class, ConvolutionLayer::getCnn2dDataFormat);
    giving(DepthwiseConvolution2D.class, ConvolutionLayer::getCnn2dDataFormat);
    giving(SeparableConvolution2D.class, ConvolutionLayer::getCnn2dDataFormat);
    giving(Deconvolution2D.class, ConvolutionLayer::getCnn2dDataFormat);
    giving(LocallyConnected2D.class, LocallyConnected2D::getFormat);
    giving(SubsamplingLayer.class, SubsamplingLayer::getCnn2dDataFormat);
    giving(Pooling2D.class, SubsamplingLayer::getCnn2dDataFormat);
    giving(Upsampling2D.class, Upsampling2D::getFormat);
    giving(ZeroPaddingLayer.class, ZeroPaddingLayer::getDataFormat);
    giving(Cropping2D.class, Cropping2D::getDataFormat);
    giving(SpaceToDepthLayer.class, SpaceToDepthLayer::getDataFormat);
  }

  private static <L extends Layer> void giving(Class<L> type, Function<L, CNN2DFormat> format) {
    GIVING.put(type, layer -> format.apply(type.cast(layer)));
  }

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
    if (vertex instanceof LayerVertex layer) {
      return of(name, layer.getLayerConf().getLayer());
    }
    return vertex != null && KEEPING_VERTICES.contains(vertex.getClass())
        ? ofInputs(name)
        : Optional.empty();
  }

  private Optional<CNN2DFormat> of(String name, Layer layer) {
    if (layer.getClass() == FrozenLayer.class) {
      return of(name, ((FrozenLayer) layer).getLayer());
    }
    Function<Layer, CNN2DFormat> format = GIVING.get(layer.getClass());
    if (format != null) {
      return Optional.ofNullable(format.apply(layer));
    }
    return KEEPING.contains(layer.getClass()) ? ofInputs(name) : Optional.empty();
  }

  private GraphVertex vertex(String name) {
    return configuration.getVertices().get(name);
  }
}
