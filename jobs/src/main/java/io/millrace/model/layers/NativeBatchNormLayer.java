package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import io.millrace.model.layers.NormKernels.Affine;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Batch norm over images, with the ReLU that may follow: two passes forward, two backward.
 *
 * <pre>
 * y  = gamma * (x - m) / s + beta,  s = sqrt(v + eps), with m and v of the minibatch
 * dx = gamma/s * (g - mean(g) - (x - m)/s^2 * mean(g * (x - m)))
 * </pre>
 *
 * <p>Sergey Ioffe, Christian Szegedy: Batch Normalization (2015, arXiv 1502.03167). The gradients
 * of the running statistics are what DL4J makes them: old minus new, so that subtracting them moves
 * the statistics.
 */
final class NativeBatchNormLayer extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  private final boolean relu;
  private final boolean flatGradient;
  private transient NormKernels kernels;
  private transient double[] mean;
  private transient double[] variance;
  private transient double[] deviation;
  private transient Affine affine;

  NativeBatchNormLayer(
      NeuralNetConfiguration conf, DataType type, boolean relu, boolean flatGradient) {
    super(conf, type);
    this.relu = relu;
    this.flatGradient = flatGradient;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    CNN2DFormat format = layerConf().getCnn2DFormat();
    INDArray x = Nhwc.of(input, format, ArrayType.FF_WORKING_MEM, memory);
    prepare((int) x.size(3));
    if (training) {
      kernels.statistics(x, mean, variance);
    } else {
      runningStatistics();
    }
    foldIntoAffine();
    INDArray y = Nhwc.create(ArrayType.ACTIVATIONS, memory, x, x.shape());
    kernels.affine(x, affine.scale(), affine.shift(), relu, y);
    return Nhwc.shaped(y, format);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    CNN2DFormat format = layerConf().getCnn2DFormat();
    INDArray x = Nhwc.of(input, format, ArrayType.BP_WORKING_MEM, memory);
    INDArray g = Nhwc.received(epsilon, format, memory, x.shape());
    double[] sum = new double[mean.length];
    double[] product = new double[mean.length];
    kernels.gradientSums(x, g, affine, floats(mean), sum, product);
    INDArray dx = Nhwc.create(ArrayType.ACTIVATION_GRAD, memory, x, x.shape());
    double rows = (double) x.length() / mean.length;
    kernels.inputGradient(x, g, affine, coefficients(sum, product, rows), dx);
    return new Pair<>(gradient(sum, product), Nhwc.sent(dx, format, flatGradient));
  }

  /** {@code a, b, c} of {@code dx = a * g + b * x + c}. */
  private float[][] coefficients(double[] sum, double[] product, double rows) {
    float[][] abc = new float[3][mean.length];
    for (int c = 0; c < mean.length; c++) {
      double a = affine.scale()[c];
      double b = -a * product[c] / (rows * deviation[c] * deviation[c]);
      abc[0][c] = (float) a;
      abc[1][c] = (float) b;
      abc[2][c] = (float) (-a * sum[c] / rows - b * mean[c]);
    }
    return abc;
  }

  private Gradient gradient(double[] sum, double[] product) {
    Gradient gradient = new DefaultGradient();
    if (!layerConf().isLockGammaBeta()) {
      double[] dGamma = new double[mean.length];
      Arrays.setAll(dGamma, c -> product[c] / deviation[c]);
      gradient.setGradientFor(GAMMA, write(dGamma, gradientViews.get(GAMMA)));
      gradient.setGradientFor(BETA, write(sum, gradientViews.get(BETA)));
    }
    double rest = 1 - layerConf().getDecay();
    float[] old = read(getParam(GLOBAL_MEAN));
    double[] dMean = new double[mean.length];
    Arrays.setAll(dMean, c -> rest * (old[c] - mean[c]));
    gradient.setGradientFor(GLOBAL_MEAN, write(dMean, gradientViews.get(GLOBAL_MEAN)));
    String key = layerConf().isUseLogStd() ? GLOBAL_LOG_STD : GLOBAL_VAR;
    gradient.setGradientFor(key, write(varianceStep(rest), gradientViews.get(key)));
    return gradient;
  }

  /** Old minus new running variance, or log10 of the running deviation. */
  private double[] varianceStep(double rest) {
    double[] old = runningVariance();
    double[] step = new double[old.length];
    boolean log = layerConf().isUseLogStd();
    Arrays.setAll(
        step,
        c ->
            log
                ? Math.log10(old[c] / ((1 - rest) * old[c] + rest * variance[c])) / 2
                : rest * (old[c] - variance[c]));
    return step;
  }

  private void prepare(int channels) {
    if (kernels == null) {
      kernels = new NormKernels(channels);
      mean = new double[channels];
      variance = new double[channels];
      deviation = new double[channels];
      affine = new Affine(new float[channels], new float[channels], relu);
    }
  }

  private void runningStatistics() {
    float[] running = read(getParam(GLOBAL_MEAN));
    Arrays.setAll(mean, c -> running[c]);
    variance = runningVariance();
  }

  private double[] runningVariance() {
    boolean log = layerConf().isUseLogStd();
    float[] stored = read(getParam(log ? GLOBAL_LOG_STD : GLOBAL_VAR));
    double[] running = new double[stored.length];
    Arrays.setAll(running, c -> log ? Math.pow(10, 2.0 * stored[c]) : stored[c]);
    return running;
  }

  private void foldIntoAffine() {
    boolean locked = layerConf().isLockGammaBeta();
    float[] gamma = locked ? null : read(getParam(GAMMA));
    float[] beta = locked ? null : read(getParam(BETA));
    for (int c = 0; c < mean.length; c++) {
      deviation[c] = Math.sqrt(variance[c] + layerConf().getEps());
      double scale = (locked ? layerConf().getGamma() : gamma[c]) / deviation[c];
      affine.scale()[c] = (float) scale;
      affine.shift()[c] = (float) ((locked ? layerConf().getBeta() : beta[c]) - mean[c] * scale);
    }
  }

  private static float[] read(INDArray row) {
    float[] values = new float[(int) row.length()];
    Chunks.floats(row).get(values);
    return values;
  }

  private static INDArray write(double[] values, INDArray row) {
    FloatBuffer to = Chunks.floats(row);
    to.put(floats(values));
    return row;
  }

  private static float[] floats(double[] values) {
    float[] narrow = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      narrow[i] = (float) values[i];
    }
    return narrow;
  }
}
