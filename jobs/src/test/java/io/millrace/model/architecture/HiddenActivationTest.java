package io.millrace.model.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What DL4J computes is the formula, and its gradient the slope of it. */
class HiddenActivationTest {
  private static final double[] POINTS = {-7.3, -2.1, -0.4, -0.01, 0.02, 0.6, 1.9, 5.5, 6.5};

  private static DoubleUnaryOperator formula(HiddenActivation activation) {
    return switch (activation) {
      case RELU -> x -> Math.max(0, x);
      case RELU6 -> x -> Math.min(6, Math.max(0, x));
      case LEAKY_RELU -> x -> x > 0 ? x : x / 100;
      case GELU -> x -> x / (1 + Math.exp(-1.702 * x));
      case TANH -> Math::tanh;
      case SIGMOID -> x -> 1 / (1 + Math.exp(-x));
    };
  }

  @ParameterizedTest
  @EnumSource
  void isItsFormulaBothWays(HiddenActivation activation) {
    DoubleUnaryOperator formula = formula(activation);
    INDArray x = Nd4j.createFromArray(POINTS).castTo(DataType.FLOAT).reshape(1, POINTS.length);
    INDArray y = activation.function().getActivation(x.dup(), true);
    INDArray dx = activation.function().backprop(x.dup(), x.ulike().assign(2)).getFirst();
    for (int i = 0; i < POINTS.length; i++) {
      double at = POINTS[i];
      double slope = (formula.applyAsDouble(at + 1e-5) - formula.applyAsDouble(at - 1e-5)) / 2e-5;
      assertThat(y.getDouble(i)).as("at " + at).isCloseTo(formula.applyAsDouble(at), within(1e-5));
      assertThat(dx.getDouble(i)).as("slope at " + at).isCloseTo(2 * slope, within(2e-5));
    }
  }
}
