package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

import io.millrace.model.layers.ConvolutionKernel.Filters;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.feedforward.dense.DenseLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A dense layer in a narrow format; its activation function is computed in fp32, and rounded. */
final class NarrowDenseLayer extends DenseLayer {
  private static final long serialVersionUID = 1L;

  private final Numbers numbers;
  private final NarrowProduct product;

  NarrowDenseLayer(NeuralNetConfiguration conf, DataType type, Numbers numbers) {
    super(conf, type);
    this.numbers = numbers;
    this.product = new NarrowProduct(numbers);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    return numbers.rounded(
        layerConf().getActivationFn().getActivation(preOutput(training, memory), training));
  }

  @Override
  protected INDArray preOutput(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    return product.forward(input, filters(), memory);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    INDArray received =
        numbers.operand(Nhwc.rows(epsilon, memory), ArrayType.BP_WORKING_MEM, memory);
    INDArray delta =
        layerConf().getActivationFn().backprop(preOutput(true, memory), received).getFirst();
    Filters changes =
        new Filters(gradientViews.get(WEIGHT_KEY), hasBias() ? gradientViews.get(BIAS_KEY) : null);
    INDArray dx = product.backward(input, filters(), delta, changes, memory);
    return new Pair<>(gradient(changes), dx);
  }

  private Filters filters() {
    return new Filters(getParam(WEIGHT_KEY), hasBias() ? getParam(BIAS_KEY) : null);
  }

  /** Gradients of a dense layer by the names of its parameters. */
  static Gradient gradient(Filters changes) {
    Gradient gradient = new DefaultGradient();
    gradient.setGradientFor(WEIGHT_KEY, changes.weights());
    if (changes.bias() != null) {
      gradient.setGradientFor(BIAS_KEY, changes.bias());
    }
    return gradient;
  }
}
