package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import io.millrace.backend.HostAccess;
import io.millrace.model.layers.BatchNormKernel.Scale;
import io.millrace.model.layers.BatchNormKernel.Statistics;
import io.millrace.model.layers.NativeLayer.Gradients;
import java.util.Arrays;
import java.util.List;
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
 * Batch norm over images, with the ReLU that may follow.
 *
 * <pre>
 * y  = gamma * (x - m) / s + beta,  s = sqrt(v + eps), with m and v of the minibatch
 * dx = gamma/s * (g - mean(g) - (x - m)/s^2 * mean(g * (x - m)))
 * </pre>
 *
 * <p>Sergey Ioffe, Christian Szegedy: Batch Normalization (2015, arXiv 1502.03167). The gradients
 * of the running statistics are what DL4J makes them: old minus new, so that subtracting them moves
 * the statistics. One that is frozen normalises by the running statistics, which stay: {@code dx =
 * gamma/s * g}.
 */
final class NativeBatchNormLayer extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  private final boolean relu;
  private final boolean fixed;
  private final boolean flatGradient;
  private final Numbers numbers;
  private final transient KernelsByShape<BatchNormKernel> kernels = new KernelsByShape<>();
  private transient BatchNormKernel kernel;
  private transient Statistics statistics;
  private transient Scale gradients;

  NativeBatchNormLayer(
      NeuralNetConfiguration conf,
      DataType type,
      Gradients gradients,
      boolean relu,
      boolean fixed) {
    super(conf, type);
    this.relu = relu;
    this.fixed = fixed;
    flatGradient = gradients.flat();
    numbers = gradients.numbers();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    CNN2DFormat format = layerConf().getCnn2DFormat();
    INDArray x = operand(format, ArrayType.FF_WORKING_MEM, memory);
    prepare(x);
    INDArray y = numbers.createOutput(memory, x.shape());
    if (training && !fixed) {
      kernel.train(x, scale(), statistics, y);
    } else {
      kernel.infer(x, scale(), runningStatistics(), y);
    }
    return Nhwc.shaped(numbers.output(y, memory), format);
  }

  private INDArray operand(CNN2DFormat format, ArrayType place, LayerWorkspaceMgr memory) {
    return numbers.operand(Nhwc.of(input, format, place, memory), place, memory);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    CNN2DFormat format = layerConf().getCnn2DFormat();
    INDArray x = operand(format, ArrayType.BP_WORKING_MEM, memory);
    INDArray received = Nhwc.received(epsilon, format, memory, x.shape());
    INDArray g = numbers.operand(received, ArrayType.BP_WORKING_MEM, memory);
    INDArray dx = numbers.createGradient(memory, x.shape());
    kernel.backward(x, g, dx, gradients);
    return new Pair<>(
        allGradients(), Nhwc.sent(numbers.gradient(dx, memory), format, flatGradient));
  }

  @Override
  public void close() {
    kernels.free();
  }

  private Gradient allGradients() {
    Gradient gradient = new DefaultGradient();
    if (!layerConf().isLockGammaBeta()) {
      gradient.setGradientFor(GAMMA, write(gradients.gamma(), gradientViews.get(GAMMA)));
      gradient.setGradientFor(BETA, write(gradients.beta(), gradientViews.get(BETA)));
    }
    String key = layerConf().isUseLogStd() ? GLOBAL_LOG_STD : GLOBAL_VAR;
    if (fixed) {
      for (String still : List.of(GLOBAL_MEAN, key)) {
        gradient.setGradientFor(still, gradientViews.get(still).assign(0));
      }
      return gradient;
    }
    double rest = 1 - layerConf().getDecay();
    float[] step = read(getParam(GLOBAL_MEAN));
    for (int c = 0; c < step.length; c++) {
      step[c] = (float) (rest * ((double) step[c] - statistics.mean()[c]));
    }
    gradient.setGradientFor(GLOBAL_MEAN, write(step, gradientViews.get(GLOBAL_MEAN)));
    gradient.setGradientFor(key, write(varianceStep(rest), gradientViews.get(key)));
    return gradient;
  }

  /** Old minus new running variance, or log10 of the running deviation. */
  private float[] varianceStep(double rest) {
    double[] old = runningVariance();
    float[] step = new float[old.length];
    boolean log = layerConf().isUseLogStd();
    for (int c = 0; c < step.length; c++) {
      double now = statistics.variance()[c];
      step[c] =
          (float)
              (log
                  ? StrictMath.log10(old[c] / ((1 - rest) * old[c] + rest * now)) / 2
                  : rest * (old[c] - now));
    }
    return step;
  }

  private void prepare(INDArray x) {
    int channels = (int) x.size(3);
    if (statistics == null) {
      statistics = new Statistics(new float[channels], new float[channels]);
      gradients = new Scale(new float[channels], new float[channels]);
    }
    kernel = kernels.of(x, () -> kernelFor(x.shape()));
  }

  private BatchNormKernel kernelFor(long[] shape) {
    if (fixed) {
      return HeapBatchNorm.fixed((int) shape[3], layerConf().getEps(), relu);
    }
    return OneDnn.isAvailable()
        ? new OneDnnBatchNorm(shape, layerConf().getEps(), relu, numbers.type())
        : new HeapBatchNorm((int) shape[3], layerConf().getEps(), relu);
  }

  private Scale scale() {
    if (!layerConf().isLockGammaBeta()) {
      return new Scale(read(getParam(GAMMA)), read(getParam(BETA)));
    }
    Scale locked =
        new Scale(new float[statistics.mean().length], new float[statistics.mean().length]);
    Arrays.fill(locked.gamma(), (float) layerConf().getGamma());
    Arrays.fill(locked.beta(), (float) layerConf().getBeta());
    return locked;
  }

  private Statistics runningStatistics() {
    double[] running = runningVariance();
    float[] variance = new float[running.length];
    for (int c = 0; c < variance.length; c++) {
      variance[c] = (float) running[c];
    }
    return new Statistics(read(getParam(GLOBAL_MEAN)), variance);
  }

  private double[] runningVariance() {
    boolean log = layerConf().isUseLogStd();
    float[] stored = read(getParam(log ? GLOBAL_LOG_STD : GLOBAL_VAR));
    double[] running = new double[stored.length];
    Arrays.setAll(running, c -> log ? StrictMath.pow(10, 2.0 * stored[c]) : stored[c]);
    return running;
  }

  private static float[] read(INDArray row) {
    float[] values = new float[(int) row.length()];
    try (HostAccess access = HostAccess.reading(row)) {
      access.floats().get(values);
    }
    return values;
  }

  private static INDArray write(float[] values, INDArray row) {
    try (HostAccess access = HostAccess.writing(row)) {
      access.floats().put(values);
    }
    return row;
  }
}
