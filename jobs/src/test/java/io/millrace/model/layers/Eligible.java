package io.millrace.model.layers;

import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationRReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;

/**
 * What of a network the native layers have to run, told in another way than the pass does: by kind,
 * without noise, on images.
 */
record Eligible(ComputationGraphConfiguration network) {
  private static final Set<PoolingType> POOLINGS = Set.of(PoolingType.MAX, PoolingType.AVG);

  private static final Set<IActivation> FUNCTIONS =
      Set.of(
          new ActivationReLU(),
          new ActivationReLU6(),
          new ActivationSigmoid(),
          new ActivationTanH(),
          new ActivationSwish(),
          new ActivationGELU(false));

  /** Eligible vertices that ran on DL4J's own layers. */
  List<String> leftOut(List<LayerPath> paths) {
    return paths.stream()
        .filter(path -> path.isStock() && isEligible(path.vertex()))
        .map(LayerPath::toString)
        .toList();
  }

  private boolean isEligible(String name) {
    if (new WrittenArrays(network).hasWrittenInput(name)) {
      return false;
    }
    GraphVertex vertex = network.getVertices().get(name);
    boolean images = new ImageFormats(network).ofInputs(name).isPresent();
    if (vertex instanceof LayerVertex node) {
      Layer layer = node.getLayerConf().getLayer();
      return layer.getIDropout() == null && (isNative(layer) || (images && isNative(layer, name)));
    }
    return images
        && vertex.getClass() == ElementWiseVertex.class
        && ((ElementWiseVertex) vertex).getOp() == ElementWiseVertex.Op.Add;
  }

  private static boolean isNative(Layer layer) {
    if (layer instanceof SubsamplingLayer pooling) {
      return POOLINGS.contains(pooling.getPoolingType())
          && pooling.getDilation()[0] == 1
          && pooling.getDilation()[1] == 1;
    }
    return (layer.getClass() == ConvolutionLayer.class
            || layer.getClass() == DepthwiseConvolution2D.class)
        && ((ConvolutionLayer) layer).getWeightNoise() == null
        && !(((ConvolutionLayer) layer).getActivationFn() instanceof ActivationSoftmax)
        && !(((ConvolutionLayer) layer).getActivationFn() instanceof ActivationRReLU);
  }

  private boolean isNative(Layer layer, String name) {
    if (layer instanceof GlobalPoolingLayer pooling) {
      boolean channelsFirst =
          new ImageFormats(network).ofInputs(name).orElseThrow() == CNN2DFormat.NCHW;
      return POOLINGS.contains(pooling.getPoolingType())
          && (channelsFirst || pooling.getPoolingDimensions() != null);
    }
    return layer instanceof BatchNormalization
        || (layer instanceof ActivationLayer activation
            && (activation.getActivationFn() instanceof ActivationLReLU
                || FUNCTIONS.contains(activation.getActivationFn())));
  }
}
