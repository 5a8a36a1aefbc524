package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.layers.ConvolutionKernel.Filters;
import io.millrace.model.layers.NativeLayer.Gradients;
import java.util.List;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.ConvolutionMode;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.convolution.ConvolutionLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.util.ConvolutionUtils;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A convolution, or a depthwise one, over NHWC memory; weights keep DL4J's layout. */
final class NativeConvolutionLayer extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private final Gradients gradients;
  private final boolean outputIsWritten;
  private final ArrayMemory arrays;
  private final transient KernelsByShape<ConvolutionKernel> kernels = new KernelsByShape<>();
  private transient INDArray gate;
  private transient INDArray beforeActivation;

  /**
   * A layer of this configuration.
   *
   * @param outputIsWritten whether the output may be another one when the gradient comes
   * @param arrays where the arrays lie
   */
  NativeConvolutionLayer(
      NeuralNetConfiguration conf,
      DataType type,
      Gradients gradients,
      boolean outputIsWritten,
      ArrayMemory arrays) {
    super(conf, type);
    this.gradients = gradients;
    this.outputIsWritten = outputIsWritten;
    this.arrays = arrays;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    CNN2DFormat format = layerConf().getCnn2dDataFormat();
    INDArray x = operand(format, ArrayType.FF_WORKING_MEM, memory);
    checkChannels(x.size(3));
    INDArray z = numbers().createOutput(memory, outputShape(x));
    Filters filters = numbers().operands(filters(), ArrayType.FF_WORKING_MEM, memory);
    ConvolutionKernel kernel = kernels.of(x, () -> kernelFor(x));
    if (!training && isHostRelu() && numbers().isFull()) {
      kernel.inferRelu(x, filters, z);
      return Nhwc.shaped(z, format);
    }
    kernel.forward(x, filters, z);
    return Nhwc.shaped(activated(numbers().output(z, memory), training, memory), format);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    CNN2DFormat format = layerConf().getCnn2dDataFormat();
    INDArray x = operand(format, ArrayType.BP_WORKING_MEM, memory);
    INDArray received = Nhwc.received(epsilon, format, memory, outputShape(x));
    INDArray delta =
        numbers().operand(beforeActivated(received, memory), ArrayType.BP_WORKING_MEM, memory);
    INDArray made = gradients.wanted() ? numbers().createGradient(memory, x.shape()) : null;
    Filters changes =
        new Filters(gradientViews.get(WEIGHT_KEY), hasBias() ? gradientViews.get(BIAS_KEY) : null);
    Filters filters = numbers().operands(filters(), ArrayType.BP_WORKING_MEM, memory);
    kernels.of(x, () -> kernelFor(x)).backward(x, filters, delta, made, changes);
    roundUnlessMadeSo(changes);
    Gradient gradient = new DefaultGradient();
    if (hasBias()) {
      gradient.setGradientFor(BIAS_KEY, changes.bias());
    }
    gradient.setGradientFor(WEIGHT_KEY, changes.weights(), 'c');
    gate = null;
    beforeActivation = null;
    return new Pair<>(
        gradient,
        made == null
            ? null
            : Nhwc.sent(numbers().gradient(made, memory), format, gradients.flat()));
  }

  private Numbers numbers() {
    return gradients.numbers();
  }

  private INDArray operand(CNN2DFormat format, ArrayType place, LayerWorkspaceMgr memory) {
    return numbers().operand(Nhwc.of(input, format, place, memory), place, memory);
  }

  /** Native kernels round the gradient of weights; that of a bias is summed in fp32. */
  private void roundUnlessMadeSo(Filters changes) {
    if (!numbers().inside()) {
      numbers().rounded(changes.weights());
    }
    if (changes.bias() != null) {
      numbers().rounded(changes.bias());
    }
  }

  @Override
  public void close() {
    kernels.free();
  }

  private Filters filters() {
    return new Filters(getParam(WEIGHT_KEY), hasBias() ? getParam(BIAS_KEY) : null);
  }

  private ConvolutionKernel kernelFor(INDArray x) {
    boolean same = convolutionMode == ConvolutionMode.Same;
    return OneDnn.reaches(arrays)
        ? new OneDnnConvolution(
            ConvolutionShape.of(layerConf(), same, x.shape(), outputShape(x)), numbers().type())
        : new Nd4jConvolution(layerConf(), same);
  }

  private INDArray activated(INDArray z, boolean training, LayerWorkspaceMgr memory) {
    if (layerConf().getActivationFn() instanceof ActivationIdentity) {
      return z;
    }
    if (isHostRelu()) {
      SumKernels.forward(List.of(z), true, z);
      gate = training && outputIsWritten ? memory.dup(ArrayType.ACTIVATIONS, z, 'c') : z;
      return z;
    }
    if (training) {
      beforeActivation = z;
      z = memory.dup(ArrayType.ACTIVATIONS, z, 'c');
    }
    return layerConf().getActivationFn().getActivation(z, training);
  }

  private boolean isHostRelu() {
    return arrays == ArrayMemory.HOST && NativeSettings.isRelu(layerConf().getActivationFn());
  }

  private INDArray beforeActivated(INDArray epsilon, LayerWorkspaceMgr memory) {
    if (layerConf().getActivationFn() instanceof ActivationIdentity) {
      return epsilon;
    }
    if (isHostRelu()) {
      INDArray delta = Nhwc.create(ArrayType.BP_WORKING_MEM, memory, epsilon, epsilon.shape());
      SumKernels.backward(gate, epsilon, List.of(delta));
      return delta;
    }
    return layerConf().getActivationFn().backprop(beforeActivation, epsilon).getFirst();
  }

  private long[] outputShape(INDArray x) {
    int[] padding = convolutionMode == ConvolutionMode.Same ? null : layerConf().getPadding();
    int[] size =
        ConvolutionUtils.getOutputSize(
            x,
            layerConf().getKernelSize(),
            layerConf().getStride(),
            padding,
            convolutionMode,
            layerConf().getDilation(),
            CNN2DFormat.NHWC);
    return new long[] {x.size(0), size[0], size[1], layerConf().getNOut()};
  }

  private void checkChannels(long channels) {
    if (channels != layerConf().getNIn()) {
      throw new IllegalArgumentException(
          "Invalid input of layer "
              + layerConf().getLayerName()
              + ": "
              + channels
              + " channels (must be "
              + layerConf().getNIn()
              + ")");
    }
  }
}
