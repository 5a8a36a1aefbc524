package io.millrace.model.layers;

import io.millrace.model.layers.NativeLayer.Gradients;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.pooling.GlobalPoolingLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** The largest value or the mean of each channel of an image, over NHWC memory. */
final class NativeGlobalPoolingLayer extends GlobalPoolingLayer {
  private static final long serialVersionUID = 1L;

  private final CNN2DFormat format;
  private final boolean flatGradient;
  private final Numbers numbers;
  private final transient KernelsByShape<OneDnnPooling> kernels = new KernelsByShape<>();

  NativeGlobalPoolingLayer(
      NeuralNetConfiguration conf, DataType type, Gradients gradients, CNN2DFormat format) {
    super(conf, type);
    this.format = format;
    flatGradient = gradients.flat();
    numbers = gradients.numbers();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    if (maskArray != null) {
      return super.activate(training, memory);
    }
    assertInputSet(false);
    INDArray x = operand(ArrayType.FF_WORKING_MEM, memory);
    INDArray y = numbers.createOutput(memory, x.size(0), x.size(3));
    OneDnnPooling kernel = kernels.of(x, () -> kernelFor(x));
    if (training) {
      kernel.train(x, y);
    } else {
      kernel.infer(x, y);
    }
    return numbers.output(y, memory);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    if (maskArray != null) {
      return super.backpropGradient(epsilon, memory);
    }
    assertInputSet(true);
    INDArray x = operand(ArrayType.BP_WORKING_MEM, memory);
    INDArray dy = numbers.operand(Nhwc.rows(epsilon, memory), ArrayType.BP_WORKING_MEM, memory);
    INDArray dx = numbers.createGradient(memory, x.shape());
    kernels.of(x, () -> kernelFor(x)).backward(dy, dx);
    return new Pair<>(
        new DefaultGradient(), Nhwc.sent(numbers.gradient(dx, memory), format, flatGradient));
  }

  private INDArray operand(ArrayType place, LayerWorkspaceMgr memory) {
    return numbers.operand(Nhwc.of(input, format, place, memory), place, memory);
  }

  @Override
  public void close() {
    kernels.free();
  }

  private OneDnnPooling kernelFor(INDArray x) {
    return new OneDnnPooling(
        layerConf().getPoolingType() == PoolingType.MAX
            ? algorithm.pooling_max
            : algorithm.pooling_avg_exclude_padding,
        Window.whole(x.size(1), x.size(2)),
        new long[] {x.size(0), x.size(3), x.size(1), x.size(2)},
        new long[] {x.size(0), x.size(3), 1, 1},
        numbers.type());
  }
}
