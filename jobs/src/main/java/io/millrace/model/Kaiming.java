package io.millrace.model;

import io.millrace.random.Keys;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.Deconvolution2D;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DepthwiseConvolution2D;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.misc.FrozenLayer;
import org.deeplearning4j.nn.conf.layers.wrapper.BaseWrapperLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Initial weights of a residual network, a pure function of the seed: convolutions from {@code N(0,
 * 2 / fanOut)}, dense layers from {@code U(-1/sqrt(fanIn), 1/sqrt(fanIn))}, biases 0, batch norms
 * gamma 1 and beta 0.
 *
 * <pre>
 * fanOut = channelsOut * kernelHeight * kernelWidth / groups
 * </pre>
 *
 * <p>A depthwise convolution has as many groups as channels in. Weights of layers of another kind,
 * such as the slopes of a PReLU, keep the start that their configuration names.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Delving Deep into Rectifiers (2015, arXiv
 * 1502.01852), with fan out as torchvision's ResNet has it, and groups as TensorFlow and timm do.
 */
public final class Kaiming {
  private Kaiming() {}

  /** Sets the weights of an initialised network in place; the rest keeps DL4J's start. */
  public static void initialise(ComputationGraph net, long seed, boolean zeroGamma) {
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      GraphVertex vertex = net.getVertex(slot.vertex());
      INDArray view = vertex.paramTable(false).get(slot.name());
      switch (slot.kind()) {
        case WEIGHT -> {
          if (vertex.hasLayer()) {
            Layer layer = unwrapped(vertex.getLayer().conf().getLayer());
            fill(view, layer, new Random(Keys.of(seed, slot.vertex() + "." + slot.name())));
          }
        }
        case BIAS, BETA -> view.assign(0);
        case GAMMA -> view.assign(1);
        case MEAN, VARIANCE, CENTER -> {}
      }
    }
    if (zeroGamma) {
      ResidualBlocks.lastBatchNorms(net.getConfiguration())
          .forEach(name -> net.getVertex(name).paramTable(false).get("gamma").assign(0));
    }
  }

  private static void fill(INDArray weights, Layer layer, Random random) {
    OptionalLong fanOut = fanOut(layer, weights.shape());
    if (fanOut.isPresent()) {
      double deviation = Math.sqrt(2.0 / fanOut.getAsLong());
      draw(weights, () -> deviation * random.nextGaussian());
    } else if (isDense(layer)) {
      double bound = 1 / Math.sqrt(weights.size(0));
      draw(weights, () -> bound * (2 * random.nextDouble() - 1));
    }
  }

  /** That of a convolution's weights, in the shape that DL4J gives them. */
  static OptionalLong fanOut(Layer layer, long... shape) {
    if (!(layer instanceof ConvolutionLayer) || shape.length != 4) {
      return OptionalLong.empty();
    }
    if (layer instanceof DepthwiseConvolution2D) {
      return OptionalLong.of(shape[0] * shape[1] * shape[3]); // [kH, kW, in, out / in]
    }
    long channels = layer instanceof Deconvolution2D ? shape[1] : shape[0];
    // [out, in, kH, kW]; of a deconvolution [in, out, kH, kW]; the depthwise half of a separable
    // one is [out / in, in, kH, kW].
    return OptionalLong.of(channels * shape[2] * shape[3]);
  }

  private static boolean isDense(Layer layer) {
    return layer instanceof DenseLayer || layer instanceof BaseOutputLayer;
  }

  /** The layer itself of one that is frozen. */
  private static Layer unwrapped(Layer layer) {
    if (layer instanceof FrozenLayer frozen) {
      return unwrapped(frozen.getLayer());
    }
    return layer instanceof BaseWrapperLayer wrapper ? unwrapped(wrapper.getUnderlying()) : layer;
  }

  private static void draw(INDArray weights, DoubleSupplier next) {
    float[] values = new float[Math.toIntExact(weights.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) next.getAsDouble();
    }
    weights.assign(Nd4j.createFromArray(values).reshape(weights.ordering(), weights.shape()));
  }
}
