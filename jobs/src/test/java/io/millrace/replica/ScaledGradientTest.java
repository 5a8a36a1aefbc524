package io.millrace.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ScaledGradientTest {
  private static final int LENGTH = 5000;

  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new ParameterSlot("conv", "W", 0, LENGTH, Kind.WEIGHT),
              new ParameterSlot("norm", "mean", LENGTH, 2, Kind.MEAN),
              new ParameterSlot("norm", "beta", LENGTH + 2, 1, Kind.BETA)));

  private static INDArray gradient() {
    INDArray gradient = Nd4j.create(LENGTH + 3);
    for (int i = 0; i < LENGTH + 3; i++) {
      gradient.putScalar(i, i - 100);
    }
    return gradient;
  }

  @Test
  void allButStepsOfStatisticsIsDivided() {
    INDArray gradient = gradient();

    assertThat(ScaledGradient.divide(gradient, LAYOUT, 0.5f)).isTrue();

    for (int i = 0; i < LENGTH + 3; i++) {
      boolean statistic = i == LENGTH || i == LENGTH + 1;
      assertThat(gradient.getFloat(i)).as("%d", i).isEqualTo((i - 100) * (statistic ? 1f : 2f));
    }
  }

  @Test
  void anyElementThatIsNotFiniteShowsButOfAStatistic() {
    for (float lost : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at : new int[] {0, 2047, 2048, LENGTH - 1, LENGTH + 2}) {
        INDArray gradient = gradient();
        gradient.putScalar(at, lost);
        assertThat(ScaledGradient.divide(gradient, LAYOUT, 2)).as("%s at %d", lost, at).isFalse();
      }
      INDArray gradient = gradient();
      gradient.putScalar(LENGTH, lost);
      assertThat(ScaledGradient.divide(gradient, LAYOUT, 2)).isTrue();
    }
  }
}
