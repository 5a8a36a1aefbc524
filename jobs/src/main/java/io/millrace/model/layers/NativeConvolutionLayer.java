package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.ConvolutionParamInitializer.WEIGHT_KEY;

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
import org.nd4j.linalg.activations.impl.ActivationReLU;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * A convolution on ND4J's {@code conv2d} over NHWC memory, behind which stand oneDNN and cuDNN.
 * Weights keep DL4J's layout [C out, C in, kH, kW].
 */
final class NativeConvolutionLayer extends ConvolutionLayer {
  private static final long serialVersionUID = 1L;

  private final boolean flatGradient;
  private transient INDArray activation;
  private transient INDArray beforeActivation;

  NativeConvolutionLayer(NeuralNetConfiguration conf, DataType type, boolean flatGradient) {
    super(conf, type);
    this.flatGradient = flatGradient;
  }

  /** Whether it takes the place of this layer. ND4J's oneDNN route miscounts dilated padding. */
  static boolean serves(org.deeplearning4j.nn.conf.layers.ConvolutionLayer conf) {
    return conf.getIDropout() == null
        && conf.getWeightNoise() == null
        && conf.getConvolutionMode() != ConvolutionMode.Causal
        && conf.getDilation()[0] == 1
        && conf.getDilation()[1] == 1;
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    CNN2DFormat format = layerConf().getCnn2dDataFormat();
    INDArray x = Nhwc.of(input, format, ArrayType.FF_WORKING_MEM, memory);
    checkChannels(x.size(3));
    INDArray z = Nhwc.create(ArrayType.ACTIVATIONS, memory, x, outputShape(x));
    INDArray[] inputs =
        hasBias()
            ? new INDArray[] {x, getParam(WEIGHT_KEY), vector(getParam(BIAS_KEY))}
            : new INDArray[] {x, getParam(WEIGHT_KEY)};
    run("conv2d", inputs, z);
    activation = activated(z, training, memory);
    return Nhwc.shaped(activation, format);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    CNN2DFormat format = layerConf().getCnn2dDataFormat();
    INDArray x = Nhwc.of(input, format, ArrayType.BP_WORKING_MEM, memory);
    INDArray delta =
        beforeActivated(Nhwc.received(epsilon, format, memory, outputShape(x)), memory);
    INDArray dx = Nhwc.create(ArrayType.ACTIVATION_GRAD, memory, x, x.shape());
    INDArray weights = getParam(WEIGHT_KEY);
    Gradient gradient = new DefaultGradient();
    INDArray dw = gradientViews.get(WEIGHT_KEY);
    if (hasBias()) {
      INDArray db = gradientViews.get(BIAS_KEY);
      INDArray[] inputs = {x, weights, vector(getParam(BIAS_KEY)), delta};
      run("conv2d_bp", inputs, dx, dw, vector(db));
      gradient.setGradientFor(BIAS_KEY, db);
    } else {
      run("conv2d_bp", new INDArray[] {x, weights, delta}, dx, dw);
    }
    gradient.setGradientFor(WEIGHT_KEY, dw, 'c');
    activation = null;
    beforeActivation = null;
    return new Pair<>(gradient, Nhwc.sent(dx, format, flatGradient));
  }

  private void run(String op, INDArray[] inputs, INDArray... outputs) {
    Nd4j.exec(
        DynamicCustomOp.builder(op)
            .addInputs(inputs)
            .addOutputs(outputs)
            .addIntegerArguments(arguments())
            .build());
  }

  private INDArray activated(INDArray z, boolean training, LayerWorkspaceMgr memory) {
    if (layerConf().getActivationFn() instanceof ActivationIdentity) {
      return z;
    }
    if (layerConf().getActivationFn() instanceof ActivationReLU) {
      SumKernels.forward(List.of(z), true, z);
      return z;
    }
    if (training) {
      beforeActivation = z;
      z = memory.dup(ArrayType.ACTIVATIONS, z, 'c');
    }
    return layerConf().getActivationFn().getActivation(z, training);
  }

  private INDArray beforeActivated(INDArray epsilon, LayerWorkspaceMgr memory) {
    if (layerConf().getActivationFn() instanceof ActivationIdentity) {
      return epsilon;
    }
    if (layerConf().getActivationFn() instanceof ActivationReLU) {
      INDArray delta = Nhwc.create(ArrayType.BP_WORKING_MEM, memory, epsilon, epsilon.shape());
      SumKernels.backward(activation, epsilon, List.of(delta));
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

  /** Kernel, stride, padding, dilation, padding mode, NHWC data, [C out, C in, kH, kW] weights. */
  private int[] arguments() {
    boolean same = convolutionMode == ConvolutionMode.Same;
    int[] kernel = layerConf().getKernelSize();
    int[] stride = layerConf().getStride();
    int[] padding = same ? new int[2] : layerConf().getPadding();
    int[] dilation = layerConf().getDilation();
    return new int[] {
      kernel[0],
      kernel[1],
      stride[0],
      stride[1],
      padding[0],
      padding[1],
      dilation[0],
      dilation[1],
      same ? 1 : 0,
      1,
      1
    };
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

  private static INDArray vector(INDArray row) {
    return row.reshape(row.length());
  }
}
