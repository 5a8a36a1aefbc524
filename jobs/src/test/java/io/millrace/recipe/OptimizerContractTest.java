package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ChoiceSamples;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** What every optimiser that a config may name keeps to. */
class OptimizerContractTest {
  private static final float[] GRADIENT = {
    0, -0f, 1, -1, 1e-3f, -2e-7f, 1e-20f, -1e-38f, Float.MIN_VALUE, 1e6f, -1e9f, 1e15f
  };

  static List<Optimizer> optimizers() {
    return ChoiceSamples.of(Optimizer.class);
  }

  private static float[] weights() {
    float[] weights = new float[GRADIENT.length];
    for (int i = 0; i < weights.length; i++) {
      weights[i] = 0.1f * (i - 5);
    }
    return weights;
  }

  /** The directions of some updates, one after the other. */
  private static float[][] directions(Optimizer optimizer, float factor, int updates) {
    float[][] state = new float[optimizer.stateVectors()][GRADIENT.length];
    float[][] directions = new float[updates][];
    for (int update = 0; update < updates; update++) {
      float[] gradient = scaled(factor);
      optimizer.direction(gradient, weights(), state, gradient.length, new Moment(update + 1, 0.1));
      directions[update] = gradient;
    }
    return directions;
  }

  private static float[] scaled(float factor) {
    float[] gradient = new float[GRADIENT.length];
    for (int i = 0; i < gradient.length; i++) {
      gradient[i] = factor * GRADIENT[i];
    }
    return gradient;
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void isFiniteForGradientsOfAnySize(Optimizer optimizer) {
    for (float factor : new float[] {1, 0, 1e-30f, 1e3f}) {
      for (float[] direction : directions(optimizer, factor, 5)) {
        for (float each : direction) {
          assertThat(each).as("%s, times %s", optimizer, factor).isFinite();
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void goesDownhillFromTheFirstUpdateOn(Optimizer optimizer) {
    float[] first = directions(optimizer, 1, 1)[0];
    for (int i = 2; i < 5; i++) {
      assertThat(Math.signum(first[i])).as("element %d", i).isEqualTo(Math.signum(GRADIENT[i]));
    }
    float[] uphill = directions(optimizer, -1, 1)[0];
    for (int i = 2; i < 5; i++) {
      assertThat(uphill[i]).isEqualTo(-first[i]);
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void movesNothingWithoutAGradient(Optimizer optimizer) {
    for (float[] direction : directions(optimizer, 0, 3)) {
      for (float each : direction) {
        assertThat(each).isZero();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void isAPureFunctionOfGradientWeightsAndState(Optimizer optimizer) {
    assertThat(directions(optimizer, 1, 5)).isDeepEqualTo(directions(optimizer, 1, 5));
  }

  /** Three times the gradients give three times the steps, where that is claimed. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void isLinearIfItSaysSo(Optimizer optimizer) {
    float[] once = directions(optimizer, 1, 8)[7];
    float[] thrice = directions(optimizer, 3, 8)[7];
    boolean linear = optimizer.trust() == Trust.NONE;
    for (int i = 2; i < 5; i++) {
      linear &= Math.abs(thrice[i] - 3 * once[i]) <= 1e-5 * Math.abs(thrice[i]);
    }
    assertThat(linear).as("%s", optimizer).isEqualTo(optimizer.isLinear());
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void doesOnTheBackendWhatItDoesOnTheHost(Optimizer optimizer) {
    if (!optimizer.hasOps()) {
      return;
    }
    float[][] expected = directions(optimizer, 1, 4);
    INDArray[] state = new INDArray[optimizer.stateVectors()];
    Arrays.setAll(state, i -> Nd4j.zeros(GRADIENT.length));
    for (int update = 0; update < expected.length; update++) {
      INDArray gradient = Nd4j.createFromArray(GRADIENT);
      optimizer.direction(
          gradient, Nd4j.createFromArray(weights()), state, new Moment(update + 1, 0.1));
      float[] values = gradient.toFloatVector();
      for (int i = 0; i < values.length; i++) {
        assertThat(values[i])
            .as("%s, update %d, element %d", optimizer, update, i)
            .isCloseTo(
                expected[update][i],
                org.assertj.core.data.Offset.offset(Math.abs(expected[update][i]) * 1e-6f));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void stockDl4jHasAFactorForEachVectorThatItTakes(Optimizer optimizer) {
    Stock stock = optimizer.stock(0.1);
    long vectors = stock.updater().stateSize(1);
    assertThat((long) stock.factors().size()).isEqualTo(vectors);
    assertThat(stock.factors()).allMatch(Double::isFinite);
  }

  /** A group or a schedule may give it another one, and that changes what it does. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void goesOnFromTheStateOfItsOwnKind(Optimizer optimizer) {
    assertThat(optimizer.goesOnFrom(optimizer)).isTrue();
    assertThat(optimizer.goesOnFrom(new Strange())).isFalse();
  }

  @Test
  void vectorsOfOtherUseAreNoStateToGoOnFrom() {
    RmsProp squares = new RmsProp(0.99, 1e-8, 0, false);
    RmsProp velocity = new RmsProp(0.99, 1e-8, 0.9, false);
    RmsProp mean = new RmsProp(0.99, 1e-8, 0, true);
    assertThat(velocity.goesOnFrom(new RmsProp(0.9, 1e-6, 0.5, false))).isTrue();
    assertThat(mean.goesOnFrom(new RmsProp(0.9, 1e-6, 0, true))).isTrue();
    assertThat(velocity.goesOnFrom(mean)).isFalse();
    assertThat(mean.goesOnFrom(velocity)).isFalse();
    assertThat(velocity.goesOnFrom(squares)).isFalse();
    assertThat(squares.goesOnFrom(mean)).isFalse();
  }

  /** One of another kind, with as many vectors as most have. */
  private record Strange() implements Optimizer {
    @Override
    public int stateVectors() {
      return 1;
    }

    @Override
    public Stock stock(double rate) {
      return new Momentum(0.9).stock(rate);
    }

    @Override
    public void direction(
        float[] gradient, float[] weights, float[][] state, int length, Moment now) {
      throw new UnsupportedOperationException();
    }
  }

  @ParameterizedTest
  @MethodSource("optimizers")
  void takesAMomentumIfItSaysSo(Optimizer optimizer) {
    assertTakesMomentum(optimizer);
    assertTakesMomentum(new RmsProp(0.9, 1e-8, 0.5, true)); // by value, not by class
  }

  private static void assertTakesMomentum(Optimizer optimizer) {
    float[][] last = new float[2][];
    for (int i = 0; i < 2; i++) {
      float[][] state = new float[optimizer.stateVectors()][GRADIENT.length];
      for (int update = 0; update < 3; update++) {
        last[i] = scaled(1);
        Moment moment = new Moment(update + 1, 0.1, i == 0 ? Double.NaN : 0.125, false);
        optimizer.direction(last[i], weights(), state, GRADIENT.length, moment);
      }
    }
    assertThat(Arrays.equals(last[0], last[1]))
        .as("%s", optimizer)
        .isNotEqualTo(optimizer.hasMomentum());
  }
}
