package io.millrace.model.layers;

import io.millrace.model.layers.NormKernels.Affine;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * A batch norm in Java: two passes forward, two backward, sums in double. One that is fixed
 * normalises by what it is given in training, too, and {@code dx = gamma/s * g}.
 */
final class HeapBatchNorm implements BatchNormKernel {
  private final double epsilon;
  private final boolean fixed;
  private final NormKernels kernels;
  private final double[] mean;
  private final double[] variance;
  private final double[] deviation;
  private final double[] sum;
  private final double[] product;
  private final Affine affine;

  HeapBatchNorm(int channels, double epsilon, boolean relu) {
    this(channels, epsilon, relu, false);
  }

  private HeapBatchNorm(int channels, double epsilon, boolean relu, boolean fixed) {
    this.epsilon = epsilon;
    this.fixed = fixed;
    kernels = new NormKernels(channels);
    mean = new double[channels];
    variance = new double[channels];
    deviation = new double[channels];
    sum = new double[channels];
    product = new double[channels];
    affine = new Affine(new float[channels], new float[channels], relu);
  }

  /** One whose statistics are given, in training too. */
  static HeapBatchNorm fixed(int channels, double epsilon, boolean relu) {
    return new HeapBatchNorm(channels, epsilon, relu, true);
  }

  @Override
  public void train(INDArray x, Scale scale, Statistics statistics, INDArray y) {
    kernels.statistics(x, mean, variance);
    for (int c = 0; c < mean.length; c++) {
      statistics.mean()[c] = (float) mean[c];
      statistics.variance()[c] = (float) variance[c];
    }
    normalise(x, scale, y);
  }

  @Override
  public void infer(INDArray x, Scale scale, Statistics statistics, INDArray y) {
    Arrays.setAll(mean, c -> statistics.mean()[c]);
    Arrays.setAll(variance, c -> statistics.variance()[c]);
    normalise(x, scale, y);
  }

  private void normalise(INDArray x, Scale scale, INDArray y) {
    for (int c = 0; c < mean.length; c++) {
      deviation[c] = Math.sqrt(variance[c] + epsilon);
      double factor = scale.gamma()[c] / deviation[c];
      affine.scale()[c] = (float) factor;
      affine.shift()[c] = (float) (scale.beta()[c] - mean[c] * factor);
    }
    kernels.affine(x, affine.scale(), affine.shift(), affine.relu(), y);
  }

  @Override
  public void backward(INDArray x, INDArray dy, INDArray dx, Scale gradients) {
    float[] center = new float[mean.length];
    for (int c = 0; c < mean.length; c++) {
      center[c] = (float) mean[c];
    }
    kernels.gradientSums(x, dy, affine, center, sum, product);
    kernels.inputGradient(x, dy, affine, coefficients((double) x.length() / mean.length), dx);
    for (int c = 0; c < mean.length; c++) {
      gradients.gamma()[c] = (float) (product[c] / deviation[c]);
      gradients.beta()[c] = (float) sum[c];
    }
  }

  /** {@code a, b, c} of {@code dx = a * g + b * x + c}. */
  private float[][] coefficients(double rows) {
    float[][] abc = new float[3][mean.length];
    for (int c = 0; c < mean.length; c++) {
      double a = affine.scale()[c];
      abc[0][c] = (float) a;
      if (fixed) {
        continue;
      }
      double b = -a * product[c] / (rows * deviation[c] * deviation[c]);
      abc[1][c] = (float) b;
      abc[2][c] = (float) (-a * sum[c] / rows - b * mean[c]);
    }
    return abc;
  }
}
