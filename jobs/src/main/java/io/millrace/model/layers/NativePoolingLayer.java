package io.millrace.model.layers;

import io.millrace.model.layers.NativeLayer.Gradients;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.subsampling.SubsamplingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Max or average pooling over NHWC memory. */
final class NativePoolingLayer extends SubsamplingLayer {
  private static final long serialVersionUID = 1L;

  private final boolean flatGradient;
  private final Numbers numbers;
  private final transient KernelsByShape<OneDnnPooling> kernels = new KernelsByShape<>();

  NativePoolingLayer(NeuralNetConfiguration conf, DataType type, Gradients gradients) {
    super(conf, type);
    flatGradient = gradients.flat();
    numbers = gradients.numbers();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    CNN2DFormat format = layerConf().getCnn2dDataFormat();
    INDArray x = operand(ArrayType.FF_WORKING_MEM, memory);
    INDArray y = numbers.createOutput(memory, outputShape(x));
    OneDnnPooling kernel = kernels.of(x, () -> kernelFor(x));
    if (training) {
      kernel.train(x, y);
    } else {
      kernel.infer(x, y);
    }
    return Nhwc.shaped(numbers.output(y, memory), format);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    CNN2DFormat format = layerConf().getCnn2dDataFormat();
    INDArray x = operand(ArrayType.BP_WORKING_MEM, memory);
    INDArray dy =
        numbers.operand(
            Nhwc.received(epsilon, format, memory, outputShape(x)),
            ArrayType.BP_WORKING_MEM,
            memory);
    INDArray dx = numbers.createGradient(memory, x.shape());
    kernels.of(x, () -> kernelFor(x)).backward(dy, dx);
    return new Pair<>(
        new DefaultGradient(), Nhwc.sent(numbers.gradient(dx, memory), format, flatGradient));
  }

  private INDArray operand(ArrayType place, LayerWorkspaceMgr memory) {
    return numbers.operand(
        Nhwc.of(input, layerConf().getCnn2dDataFormat(), place, memory), place, memory);
  }

  @Override
  public void close() {
    kernels.free();
  }

  private OneDnnPooling kernelFor(INDArray x) {
    long[] y = outputShape(x);
    Window window =
        Window.of(
            layerConf().getKernelSize(),
            layerConf().getStride(),
            layerConf().getDilation(),
            isSame() ? null : layerConf().getPadding(),
            new long[] {x.size(1), x.size(2)},
            new long[] {y[1], y[2]});
    return new OneDnnPooling(
        algorithm(),
        window,
        new long[] {x.size(0), x.size(3), x.size(1), x.size(2)},
        new long[] {y[0], y[3], y[1], y[2]},
        numbers.type());
  }

  private algorithm algorithm() {
    if (layerConf().getPoolingType() == PoolingType.MAX) {
      return algorithm.pooling_max;
    }
    return layerConf().isAvgPoolIncludePadInDivisor()
        ? algorithm.pooling_avg_include_padding
        : algorithm.pooling_avg_exclude_padding;
  }

  /** As ND4J's pooling ops have it, which do not refuse a remainder in mode "strict". */
  private long[] outputShape(INDArray x) {
    long[] shape = x.shape().clone();
    for (int axis = 0; axis < 2; axis++) {
      long stride = layerConf().getStride()[axis];
      long room =
          shape[axis + 1]
              + 2L * layerConf().getPadding()[axis]
              - Window.reach(layerConf().getKernelSize()[axis], layerConf().getDilation()[axis]);
      shape[axis + 1] = isSame() ? (shape[axis + 1] + stride - 1) / stride : room / stride + 1;
    }
    return shape;
  }

  private boolean isSame() {
    return layerConf().getConvolutionMode() == ConvolutionMode.Same;
  }
}
