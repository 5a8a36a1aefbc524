package io.millrace.model.layers;

import io.millrace.backend.NativeBinary;
import io.millrace.model.layers.BatchNormKernel.Scale;
import io.millrace.model.layers.BatchNormKernel.Statistics;
import io.millrace.model.layers.ConvolutionKernel.Filters;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The kernels of the first and last stage of a CIFAR ResNet, batch 64; run by {@code deploy/bench
 * kernels}.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
public class LayerKernels {
  private static final int BATCH = 64;

  /** Channels; height and width are 512 / channels, as in the stages of the network. */
  @Param({"16", "64"})
  public int channels;

  private INDArray x;
  private INDArray y;
  private INDArray dx;
  private Filters filters;
  private Filters filterGradients;
  private ConvolutionKernel convolution;
  private BatchNormKernel norm;
  private Scale scale;
  private Scale scaleGradients;
  private Statistics statistics;
  private INDArray half;
  private OneDnnPooling pooling;

  @Setup
  public void prepare() {
    NativeBinary.select();
    int side = 512 / channels;
    long[] nhwc = {BATCH, side, side, channels};
    long[] nchw = {BATCH, channels, side, side};
    x = Nd4j.randn(nhwc);
    y = Nd4j.randn(nhwc);
    dx = Nd4j.createUninitialized(nhwc);
    long[] weights = {channels, channels, 3, 3};
    filters = new Filters(Nd4j.randn(weights), null);
    filterGradients = new Filters(Nd4j.createUninitialized(weights), null);
    long[] one = {1, 1};
    convolution =
        new OneDnnConvolution(
            new ConvolutionShape(
                nchw, weights, nchw, new Window(new long[] {3, 3}, one, one, one, one), false));
    norm = new OneDnnBatchNorm(nhwc, 1e-5, true, memory.data_type.f32);
    scale = new Scale(ones(), new float[channels]);
    scaleGradients = new Scale(new float[channels], new float[channels]);
    statistics = new Statistics(new float[channels], ones());
    norm.train(x, scale, statistics, y);
    half = Nd4j.createUninitialized(BATCH, side / 2, side / 2, channels);
    long[] two = {2, 2};
    pooling =
        new OneDnnPooling(
            algorithm.pooling_max,
            new Window(two, two, one, new long[2], new long[2]),
            nchw,
            new long[] {BATCH, channels, side / 2, side / 2},
            memory.data_type.f32);
    pooling.train(x, half);
  }

  private float[] ones() {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    return ones;
  }

  @Benchmark
  public void convolutionForward() {
    convolution.forward(x, filters, y);
  }

  @Benchmark
  public void convolutionBackward() {
    convolution.backward(x, filters, y, dx, filterGradients);
  }

  @Benchmark
  public void batchNormReluForward() {
    norm.train(x, scale, statistics, y);
  }

  @Benchmark
  public void batchNormReluBackward() {
    norm.backward(x, y, dx, scaleGradients);
  }

  @Benchmark
  public void addReluForward() {
    SumKernels.forward(List.of(x, dx), true, y);
  }

  @Benchmark
  public void addReluBackward() {
    SumKernels.backward(y, x, List.of(dx));
  }

  @Benchmark
  public void maxPoolingForward() {
    pooling.train(x, half);
  }

  @Benchmark
  public void maxPoolingBackward() {
    pooling.backward(half, dx);
  }
}
