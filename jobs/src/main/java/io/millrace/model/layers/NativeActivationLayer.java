package io.millrace.model.layers;

import io.millrace.model.layers.NativeLayer.Gradients;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.ActivationLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An activation of images other than ReLU, in the order in which they lie: DL4J's own would bring
 * them into its order first, and the next convolution back. Its function is one of fp32.
 */
final class NativeActivationLayer extends ActivationLayer {
  private static final long serialVersionUID = 1L;

  private final CNN2DFormat format;
  private final boolean flatGradient;
  private final Numbers numbers;
  private final transient KernelsByShape<ActivationKernel> kernels = new KernelsByShape<>();

  NativeActivationLayer(
      NeuralNetConfiguration conf, DataType type, Gradients gradients, CNN2DFormat format) {
    super(conf, type);
    this.format = format;
    flatGradient = gradients.flat();
    numbers = gradients.numbers();
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    INDArray x = Nhwc.of(input, format, ArrayType.FF_WORKING_MEM, memory);
    INDArray y = Nhwc.create(ArrayType.ACTIVATIONS, memory, x, x.shape());
    kernel(x).forward(x, y);
    return Nhwc.shaped(numbers.rounded(y), format);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    INDArray x = Nhwc.of(input, format, ArrayType.BP_WORKING_MEM, memory);
    INDArray received = Nhwc.received(epsilon, format, memory, x.shape());
    INDArray dy = numbers.operand(received, ArrayType.BP_WORKING_MEM, memory);
    INDArray dx = Nhwc.create(ArrayType.ACTIVATION_GRAD, memory, x, x.shape());
    kernel(x).backward(x, dy, dx);
    return new Pair<>(new DefaultGradient(), Nhwc.sent(numbers.rounded(dx), format, flatGradient));
  }

  @Override
  public void close() {
    kernels.free();
  }

  private ActivationKernel kernel(INDArray x) {
    return kernels.of(
        x,
        () -> ActivationKernel.of(layerConf().getActivationFn()).orElseThrow().apply(x.length()));
  }
}
