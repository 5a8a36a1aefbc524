package io.millrace.model.init;

import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.PReLULayer;
import org.deeplearning4j.nn.conf.layers.SeparableConvolution2D;
import org.deeplearning4j.nn.conf.layers.misc.ElementWiseMultiplicationLayer;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * What connects to what by a parameter: a matrix [outputs, fanIn], which lies in memory as [outer,
 * outputs, inner] with {@code fanIn = outer * inner}.
 *
 * <pre>
 * fanIn = channelsIn / groups * kernelHeight * kernelWidth
 * fanOut = channelsOut * kernelHeight * kernelWidth / groups
 * </pre>
 *
 * <p>Differs from PyTorch in fan out, which is of one group, as timm and TensorFlow count it: a
 * depthwise convolution has as many groups as channels in.
 *
 * @param kind of the layer
 * @param outer elements of the axes before that of the outputs
 * @param outputs rows of the matrix
 * @param inner elements of the axes behind that of the outputs
 * @param receptive elements of the kernel, 1 without one
 * @param groups groups of channels
 */
public record WeightShape(
    Kind kind, long outer, long outputs, long inner, long receptive, long groups) {
  /** Layers that are told apart. */
  public enum Kind {
    CONVOLUTION,
    DENSE,
    /** A layer of another kind whose weights are a matrix, such as those of recurrent layers. */
    MATRIX,
    /** No matrix: biases, scales, slopes, and weights of which it is not known. */
    NONE
  }

  /** That of a parameter that is no matrix. */
  static WeightShape none(long length) {
    return new WeightShape(Kind.NONE, 1, length, 1, 1, 1);
  }

  /** That of a matrix [outputs, inputs]. */
  static WeightShape matrix(Kind kind, long outputs, long inputs) {
    return new WeightShape(kind, 1, outputs, inputs, 1, 1);
  }

  /** That of a convolution [outputs, inputs of a group, receptive]. */
  static WeightShape convolution(long outputs, long inputs, long receptive, long groups) {
    return new WeightShape(Kind.CONVOLUTION, 1, outputs, inputs * receptive, receptive, groups);
  }

  /**
   * That of a layer's weights, in the shape that DL4J gives them. What has two axes is taken for a
   * matrix [in, out], whatever the layer; convolutions in one and three dimensions, locally
   * connected layers and capsules have no fans.
   *
   * @param layer the layer, without wrappers
   * @param name of the parameter, one of its weights
   */
  static WeightShape of(Layer layer, String name, INDArray weights) {
    boolean scale =
        layer instanceof PReLULayer
            || layer instanceof ElementWiseMultiplicationLayer
            || name.endsWith(DefaultParamInitializer.GAIN_KEY);
    if (!scale && layer instanceof ConvolutionLayer && weights.rank() == 4) {
      return ofConvolution(layer, name, weights.shape());
    }
    if (scale || weights.rank() != 2) {
      return none(weights.length());
    }
    boolean dense = layer instanceof DenseLayer || layer instanceof BaseOutputLayer;
    Kind kind = dense ? Kind.DENSE : Kind.MATRIX;
    return weights.stride(0) == 1 // the inputs of an output lie side by side
        ? matrix(kind, weights.size(1), weights.size(0))
        : new WeightShape(kind, weights.size(0), weights.size(1), 1, 1, 1);
  }

  private static WeightShape ofConvolution(Layer layer, String name, long[] shape) {
    if (layer instanceof DepthwiseConvolution2D) { // [kH, kW, in, out / in]
      long receptive = shape[0] * shape[1];
      return new WeightShape(
          Kind.CONVOLUTION, receptive, shape[2] * shape[3], 1, receptive, shape[2]);
    }
    long receptive = shape[2] * shape[3];
    if (layer instanceof Deconvolution2D) { // [in, out, kH, kW]
      return new WeightShape(Kind.CONVOLUTION, shape[0], shape[1], receptive, receptive, 1);
    }
    boolean depthwise = layer instanceof SeparableConvolution2D && name.equals("W");
    return depthwise // [out / in, in, kH, kW]
        ? convolution(shape[0] * shape[1], 1, receptive, shape[1])
        : convolution(shape[0], shape[1], receptive, 1);
  }

  /** Whether inputs and outputs are known. */
  public boolean hasFans() {
    return kind != Kind.NONE;
  }

  /** Inputs of one output. */
  public long fanIn() {
    return outer * inner;
  }

  /** Outputs that one input reaches. */
  public long fanOut() {
    return outputs * receptive / groups;
  }

  /** Where element [output, input] of the matrix lies in memory. */
  public int index(int output, int input) {
    return Math.toIntExact((input / inner * outputs + output) * inner + input % inner);
  }
}
