package io.millrace.model.layers;

import io.millrace.ConstantCollection;
import io.millrace.backend.NativeBinary;
import io.millrace.model.layers.BatchNormKernel.Scale;
import io.millrace.model.layers.BatchNormKernel.Statistics;
import io.millrace.model.layers.ConvolutionKernel.Filters;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Runs each kernel on arrays that nobody else knows, while garbage is collected all the time. Where
 * an array is freed before native code is done with it, its memory is gone and the process dies.
 */
public final class KernelsUnderCollection {
  private static final long[] NHWC = {64, 20, 20, 16};
  private static final long[] NCHW = {64, 16, 20, 20};
  private static final long[] WEIGHTS = {16, 16, 3, 3};
  private static final int CHANNELS = 16;

  private final INDArray image = Nd4j.ones(NHWC);
  private final Filters filters = new Filters(Nd4j.ones(WEIGHTS).divi(144), null);
  private final OneDnnConvolution convolution;
  private final OneDnnBatchNorm norm = new OneDnnBatchNorm(NHWC, 1e-5, true, memory.data_type.f32);
  private final NormKernels heapNorm = new NormKernels(CHANNELS);
  private final OneDnnPooling pooling;

  private KernelsUnderCollection() {
    long[] one = {1, 1};
    Window window = new Window(new long[] {3, 3}, one, one, one, one);
    convolution = new OneDnnConvolution(new ConvolutionShape(NCHW, WEIGHTS, NCHW, window, false));
    pooling = new OneDnnPooling(algorithm.pooling_max, window, NCHW, NCHW, memory.data_type.f32);
  }

  public static void main(String[] args) throws Exception {
    NativeBinary.select();
    KernelsUnderCollection kernels = new KernelsUnderCollection();
    try (AutoCloseable collection = ConstantCollection.of(args[0])) {
      for (int i = 0; i < Integer.parseInt(args[1]); i++) {
        kernels.convolve();
        kernels.normalise();
        kernels.pool();
        kernels.add();
      }
    }
    System.out.println("all kernels ran");
  }

  private INDArray fresh() {
    return image.dup();
  }

  private void convolve() {
    convolution.forward(fresh(), filters, fresh());
    Filters gradients = new Filters(Nd4j.create(WEIGHTS), null);
    convolution.backward(
        fresh(), new Filters(filters.weights().dup(), null), fresh(), fresh(), gradients);
  }

  private void normalise() {
    Scale scale = new Scale(filled(), filled());
    Statistics statistics = new Statistics(filled(), filled());
    norm.train(fresh(), scale, statistics, fresh());
    norm.backward(fresh(), fresh(), fresh(), scale);
    norm.infer(fresh(), scale, statistics, fresh());
    heapNorm.statistics(fresh(), new double[CHANNELS], new double[CHANNELS]);
    heapNorm.affine(fresh(), filled(), filled(), true, fresh());
  }

  private void pool() {
    pooling.train(fresh(), fresh());
    pooling.backward(fresh(), fresh());
    pooling.infer(fresh(), fresh());
  }

  private void add() {
    SumKernels.forward(List.of(fresh(), fresh()), true, fresh());
    SumKernels.backward(fresh(), fresh(), List.of(fresh(), fresh()));
  }

  private static float[] filled() {
    float[] ones = new float[CHANNELS];
    Arrays.fill(ones, 1);
    return ones;
  }
}
