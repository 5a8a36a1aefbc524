package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.DefaultParamInitializer.BIAS_KEY;
import static org.deeplearning4j.nn.params.DefaultParamInitializer.WEIGHT_KEY;

import io.millrace.model.layers.ConvolutionKernel.Filters;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.OutputLayer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An output layer in a narrow format; softmax and loss are computed in fp32 of rounded logits, and
 * the loss's gradient is scaled before it is rounded.
 */
final class NarrowOutputLayer extends OutputLayer implements ScaledLoss {
  private static final long serialVersionUID = 1L;

  private final NarrowProduct product;
  private float scale = 1;

  NarrowOutputLayer(NeuralNetConfiguration conf, DataType type, Numbers numbers) {
    super(conf, type);
    this.product = new NarrowProduct(numbers);
  }

  @Override
  public void scale(float factor) {
    scale = factor;
  }

  @Override
  protected INDArray preOutput(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    return product.forward(input, filters(), memory);
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    INDArray delta =
        layerConf()
            .getLossFn()
            .computeGradient(
                getLabels2d(memory, ArrayType.BP_WORKING_MEM),
                preOutput(true, memory),
                layerConf().getActivationFn(),
                maskArray);
    Filters changes =
        new Filters(gradientViews.get(WEIGHT_KEY), hasBias() ? gradientViews.get(BIAS_KEY) : null);
    INDArray dx = product.backward(input, filters(), delta.muli(scale), changes, memory);
    return new Pair<>(NarrowDenseLayer.gradient(changes), dx);
  }

  private Filters filters() {
    return new Filters(getParam(WEIGHT_KEY), hasBias() ? getParam(BIAS_KEY) : null);
  }
}
