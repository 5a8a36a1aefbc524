package io.millrace.model.layers;

import io.millrace.backend.ArrayMemory;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Convolution2D;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.Pooling2D;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationCube;
import org.nd4j.linalg.activations.impl.ActivationELU;
import org.nd4j.linalg.activations.impl.ActivationGELU;
import org.nd4j.linalg.activations.impl.ActivationHardSigmoid;
import org.nd4j.linalg.activations.impl.ActivationHardTanH;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationLReLU;
import org.nd4j.linalg.activations.impl.ActivationMish;
import org.nd4j.linalg.activations.impl.ActivationRationalTanh;
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.activations.impl.ActivationReLU6;
import org.nd4j.linalg.activations.impl.ActivationRectifiedTanh;
import org.nd4j.linalg.activations.impl.ActivationSELU;
import org.nd4j.linalg.activations.impl.ActivationSigmoid;
import org.nd4j.linalg.activations.impl.ActivationSoftPlus;
import org.nd4j.linalg.activations.impl.ActivationSoftSign;
import org.nd4j.linalg.activations.impl.ActivationSwish;
import org.nd4j.linalg.activations.impl.ActivationTanH;
import org.nd4j.linalg.activations.impl.ActivationThresholdedReLU;

/** What each native layer serves, held against the whole configuration of a stock layer. */
final class NativeSettings {
  /** Those that DL4J computes for us, element by element, so that the order of axes is nothing. */
  private static final Set<Class<?>> ELEMENTWISE =
      Set.of(
          ActivationCube.class,
          ActivationELU.class,
          ActivationGELU.class,
          ActivationHardSigmoid.class,
          ActivationHardTanH.class,
          ActivationIdentity.class,
          ActivationLReLU.class,
          ActivationMish.class,
          ActivationRationalTanh.class,
          ActivationReLU.class,
          ActivationReLU6.class,
          ActivationRectifiedTanh.class,
          ActivationSELU.class,
          ActivationSigmoid.class,
          ActivationSoftPlus.class,
          ActivationSoftSign.class,
          ActivationSwish.class,
          ActivationTanH.class,
          ActivationThresholdedReLU.class);

  private static final List<PoolingType> POOLINGS = List.of(PoolingType.MAX, PoolingType.AVG);

  private static final LayerSettings CONVOLUTION =
      new LayerSettings(ConvolutionLayer.class, Convolution2D.class, DepthwiseConvolution2D.class)
          .withWeights()
          .any("kernelSize", "stride", "padding", "dilation", "hasBias", "depthMultiplier")
          .any("cnn2dDataFormat", "defaultValueOverriden", "cudnnAllowFallback", "cudnnAlgoMode")
          .any("cudnnFwdAlgo", "cudnnBwdFilterAlgo", "cudnnBwdDataAlgo")
          .only("convolutionMode", mode -> mode != null && mode != ConvolutionMode.Causal)
          .only("activationFn", NativeSettings::isElementwise);

  private static final LayerSettings POOLING =
      new LayerSettings(SubsamplingLayer.class, Pooling2D.class)
          .any("kernelSize", "stride", "padding", "avgPoolIncludePadInDivisor")
          .only("dilation", NativeSettings::isUndilated)
          .any("cnn2dDataFormat", "defaultValueOverridden", "cudnnAllowFallback", "pnorm", "eps")
          .only("convolutionMode", mode -> mode != null && mode != ConvolutionMode.Causal)
          .only("poolingType", POOLINGS::contains);

  private static final LayerSettings GLOBAL_POOLING =
      new LayerSettings(GlobalPoolingLayer.class)
          .any("poolingDimensions", "pnorm")
          .only("collapseDimensions", Boolean.TRUE::equals)
          .only("poolingType", POOLINGS::contains);

  /** The stock layer has no use for its activation function, nor for isMinibatch. */
  private static final LayerSettings BATCH_NORM =
      new LayerSettings(BatchNormalization.class)
          .withWeights()
          .any("activationFn", "isMinibatch", "cudnnAllowFallback")
          .any("decay", "eps", "gamma", "beta", "lockGammaBeta", "useLogStd", "cnn2DFormat");

  private static final LayerSettings DENSE =
      new LayerSettings(DenseLayer.class, OutputLayer.class)
          .withWeights()
          .any("hasBias", "activationFn", "lossFn")
          .only("hasLayerNorm", Boolean.FALSE::equals);

  private static final LayerSettings RELU =
      new LayerSettings(ActivationLayer.class).only("activationFn", NativeSettings::isRelu);

  private static final LayerSettings ACTIVATION =
      new LayerSettings(ActivationLayer.class)
          .only("activationFn", NativeSettings::hasActivationKernel);

  private NativeSettings() {}

  /** A convolution, or depthwise one. ND4J's own route to oneDNN miscounts dilated padding. */
  static boolean servesConvolution(Layer layer, ArrayMemory memory) {
    return CONVOLUTION.allow(layer)
        && (OneDnn.reaches(memory)
            || (layer.getClass() != DepthwiseConvolution2D.class
                && Arrays.equals(((ConvolutionLayer) layer).getDilation(), new int[] {1, 1})));
  }

  static boolean servesPooling(Layer layer) {
    return OneDnn.isAvailable() && POOLING.allow(layer);
  }

  /** A pooling over height and width of images of this format. */
  static boolean servesGlobalPooling(Layer layer, CNN2DFormat format) {
    if (!OneDnn.isAvailable() || !GLOBAL_POOLING.allow(layer)) {
      return false;
    }
    int[] pooled = ((GlobalPoolingLayer) layer).getPoolingDimensions();
    int height = format == CNN2DFormat.NCHW ? 2 : 1;
    return pooled == null
        ? format == CNN2DFormat.NCHW
        : Arrays.equals(pooled, new int[] {height, height + 1});
  }

  static boolean servesBatchNorm(Layer layer) {
    return BATCH_NORM.allow(layer);
  }

  /** A dense or output layer that has a narrow twin. */
  static boolean servesDense(Layer layer) {
    return DENSE.allow(layer)
        && (layer instanceof OutputLayer || isElementwise(((DenseLayer) layer).getActivationFn()));
  }

  /** A layer of plain ReLU and nothing else. */
  static boolean servesRelu(Layer layer) {
    return RELU.allow(layer);
  }

  /** A layer of an activation other than ReLU, and nothing else. */
  static boolean servesActivation(Layer layer) {
    return OneDnn.isAvailable() && ACTIVATION.allow(layer);
  }

  private static boolean hasActivationKernel(Object activation) {
    return isElementwise(activation) && ActivationKernel.of((IActivation) activation).isPresent();
  }

  /** {@code max(0, x)}: the function that native layers have of their own. */
  static boolean isRelu(Object activation) {
    return activation.getClass() == ActivationReLU.class && activation.equals(new ActivationReLU());
  }

  /** ND4J's pooling, when dilated, takes other taps than its padding is for. */
  private static boolean isUndilated(Object dilation) {
    return dilation instanceof int[] both && Arrays.equals(both, new int[] {1, 1});
  }

  private static boolean isElementwise(Object activation) {
    return activation instanceof IActivation && ELEMENTWISE.contains(activation.getClass());
  }
}
