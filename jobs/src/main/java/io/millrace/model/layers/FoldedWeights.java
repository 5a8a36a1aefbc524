package io.millrace.model.layers;

import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.BETA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GAMMA;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_MEAN;
import static org.deeplearning4j.nn.params.BatchNormalizationParamInitializer.GLOBAL_VAR;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.layers.FoldedNorms.Norm;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.params.DefaultParamInitializer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Weights of a network, and what becomes of them where a batch norm is folded. */
final class FoldedWeights {
  private final INDArray parameters;
  private final Map<String, ParameterSlot> slots;

  FoldedWeights(INDArray parameters, ParameterLayout layout) {
    this.parameters = parameters;
    slots =
        layout.slots().stream().collect(Collectors.toMap(ParameterSlot::key, Function.identity()));
  }

  /** A parameter as it is. */
  INDArray same(ParameterSlot slot) {
    return slice(parameters, slots.get(slot.key()));
  }

  /**
   * A parameter of a layer that takes a batch norm in; a bias that it had not was 0.
   *
   * @param inner elements side by side that belong to one output
   */
  INDArray folded(ParameterSlot slot, Norm norm, int inner) {
    boolean bias = slot.name().equals(DefaultParamInitializer.BIAS_KEY);
    double[] scale = scale(norm);
    double[] mean = of(norm, GLOBAL_MEAN);
    double[] beta = beta(norm);
    double[] values =
        slots.containsKey(slot.key()) ? of(slot.key()) : new double[(int) slot.length()];
    for (int i = 0; i < values.length; i++) {
      int channel = i / inner % scale.length;
      values[i] =
          bias
              ? beta[channel] + scale[channel] * (values[i] - mean[channel])
              : scale[channel] * values[i];
    }
    return Nd4j.createFromArray(values).castTo(parameters.dataType());
  }

  private double[] scale(Norm norm) {
    BatchNormalization settings = norm.settings();
    double[] variance = of(norm, settings.isUseLogStd() ? GLOBAL_LOG_STD : GLOBAL_VAR);
    double[] scale = new double[variance.length];
    if (settings.isLockGammaBeta()) {
      Arrays.fill(scale, settings.getGamma());
    } else {
      scale = of(norm, GAMMA);
    }
    for (int c = 0; c < scale.length; c++) {
      double v = settings.isUseLogStd() ? StrictMath.pow(10, 2 * variance[c]) : variance[c];
      scale[c] /= Math.sqrt(v + settings.getEps());
    }
    return scale;
  }

  private double[] beta(Norm norm) {
    if (!norm.settings().isLockGammaBeta()) {
      return of(norm, BETA);
    }
    double[] beta = new double[of(norm, GLOBAL_MEAN).length];
    Arrays.fill(beta, norm.settings().getBeta());
    return beta;
  }

  private double[] of(Norm norm, String name) {
    return of(norm.name() + "." + name);
  }

  private double[] of(String key) {
    return slice(parameters, slots.get(key)).toDoubleVector();
  }

  static INDArray slice(INDArray vector, ParameterSlot slot) {
    return vector
        .reshape(vector.length())
        .get(NDArrayIndex.interval(slot.offset(), slot.offset() + slot.length()));
  }
}
