package io.millrace.model;

import java.util.Random;
import java.util.function.DoubleSupplier;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Initial weights of a residual network, a pure function of the seed: convolutions from {@code N(0,
 * 2 / fanOut)} with {@code fanOut = channelsOut * kernelHeight * kernelWidth}, dense layers from
 * {@code U(-1/sqrt(fanIn), 1/sqrt(fanIn))}, biases 0, batch norms gamma 1 and beta 0.
 *
 * <p>Kaiming He, Xiangyu Zhang, Shaoqing Ren, Jian Sun: Delving Deep into Rectifiers (2015, arXiv
 * 1502.01852), with fan out as torchvision's ResNet has it.
 */
public final class Kaiming {
  private Kaiming() {}

  /** Standard deviation {@code sqrt(2 / fanOut)} for weights [channelsOut, channelsIn, kH, kW]. */
  static double deviation(long... shape) {
    return Math.sqrt(2.0 / (shape[0] * shape[2] * shape[3]));
  }

  /** Sets the weights of an initialised network in place; statistics keep DL4J's start, 0 and 1. */
  public static void initialise(ComputationGraph net, long seed, boolean zeroGamma) {
    for (ParameterSlot slot : ParameterLayout.of(net).slots()) {
      INDArray view = net.getVertex(slot.vertex()).paramTable(false).get(slot.name());
      switch (slot.kind()) {
        case WEIGHT -> fill(view, new Random(keyed(seed, slot)));
        case BIAS, BETA -> view.assign(0);
        case GAMMA -> view.assign(1);
        case MEAN, VARIANCE -> {}
      }
    }
    if (zeroGamma) {
      ResidualBlocks.lastBatchNorms(net.getConfiguration())
          .forEach(name -> net.getVertex(name).paramTable(false).get("gamma").assign(0));
    }
  }

  private static void fill(INDArray weights, Random random) {
    if (weights.rank() == 4) {
      double deviation = deviation(weights.shape());
      draw(weights, () -> deviation * random.nextGaussian());
    } else if (weights.rank() == 2) {
      double bound = 1 / Math.sqrt(weights.size(0));
      draw(weights, () -> bound * (2 * random.nextDouble() - 1));
    }
  }

  private static void draw(INDArray weights, DoubleSupplier next) {
    float[] values = new float[Math.toIntExact(weights.length())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) next.getAsDouble();
    }
    weights.assign(Nd4j.createFromArray(values).reshape(weights.ordering(), weights.shape()));
  }

  private static long keyed(long seed, ParameterSlot slot) {
    return seed * 0x9E3779B97F4A7C15L + (slot.vertex() + "." + slot.name()).hashCode();
  }
}
