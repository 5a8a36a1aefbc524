package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import java.util.stream.IntStream;
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
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastAddOp;
import org.nd4j.linalg.api.ops.impl.broadcast.BroadcastMulOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * A batch norm that is frozen, on ND4J's operations, for where no native one stands: training, too,
 * normalises by the running statistics m and v, which stay.
 *
 * <pre>
 * y = gamma * (x - m) / s + beta,  s = sqrt(v + eps);  dx = gamma/s * g
 * dgamma = sum(g * (x - m) / s),  dbeta = sum(g)
 * </pre>
 */
final class FixedNormLayer extends BatchNormalization {
  private static final long serialVersionUID = 1L;

  FixedNormLayer(NeuralNetConfiguration conf, DataType type) {
    super(conf, type);
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr memory) {
    assertInputSet(false);
    INDArray scale = scale();
    INDArray shift = shift(scale);
    INDArray y =
        memory.createUninitialized(
            ArrayType.ACTIVATIONS, input.dataType(), input.shape(), input.ordering());
    Nd4j.exec(new BroadcastMulOp(input, scale, y, dimension()));
    Nd4j.exec(new BroadcastAddOp(y, shift, y, dimension()));
    return y;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr memory) {
    assertInputSet(true);
    Gradient gradient = new DefaultGradient();
    INDArray deviation = deviation();
    if (!layerConf().isLockGammaBeta()) {
      INDArray gamma = gradientViews.get(GAMMA);
      INDArray beta = gradientViews.get(BETA);
      INDArray sum = epsilon.sum(others());
      INDArray product = epsilon.mul(input).sum(others());
      INDArray mean = getParam(GLOBAL_MEAN).reshape(sum.shape());
      gamma.assign(product.sub(sum.mul(mean)).div(deviation).reshape(gamma.shape()));
      beta.assign(sum.reshape(beta.shape()));
      gradient.setGradientFor(GAMMA, gamma);
      gradient.setGradientFor(BETA, beta);
    }
    still(gradient, GLOBAL_MEAN);
    still(gradient, layerConf().isUseLogStd() ? GLOBAL_LOG_STD : GLOBAL_VAR);
    INDArray dx =
        memory.createUninitialized(
            ArrayType.ACTIVATION_GRAD, epsilon.dataType(), epsilon.shape(), 'c');
    Nd4j.exec(new BroadcastMulOp(epsilon, scale(), dx, dimension()));
    return new Pair<>(gradient, dx);
  }

  private void still(Gradient gradient, String statistic) {
    gradient.setGradientFor(statistic, gradientViews.get(statistic).assign(0));
  }

  private INDArray deviation() {
    boolean log = layerConf().isUseLogStd();
    INDArray stored = vector(log ? GLOBAL_LOG_STD : GLOBAL_VAR);
    INDArray variance =
        log
            ? Transforms.pow(
                Nd4j.valueArrayOf(stored.shape(), 10.0, stored.dataType()), stored.mul(2))
            : stored;
    return Transforms.sqrt(variance.add(layerConf().getEps()));
  }

  private INDArray scale() {
    boolean locked = layerConf().isLockGammaBeta();
    INDArray deviation = deviation();
    return locked ? deviation.rdiv(layerConf().getGamma()) : vector(GAMMA).div(deviation);
  }

  private INDArray shift(INDArray scale) {
    INDArray shift = vector(GLOBAL_MEAN).mul(scale).negi();
    return layerConf().isLockGammaBeta()
        ? shift.addi(layerConf().getBeta())
        : shift.addi(vector(BETA));
  }

  private INDArray vector(String parameter) {
    INDArray row = getParam(parameter);
    return row.reshape(row.length());
  }

  private int dimension() {
    boolean last = input.rank() == 4 && layerConf().getCnn2DFormat() == CNN2DFormat.NHWC;
    return last ? 3 : 1;
  }

  private int[] others() {
    return IntStream.range(0, input.rank()).filter(each -> each != dimension()).toArray();
  }
}
