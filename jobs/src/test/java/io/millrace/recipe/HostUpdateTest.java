package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.wire.Elements;
import io.millrace.wire.WeightVector;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Parameters of several runs, whose norms are those of all of their elements. */
class HostUpdateTest {
  private static final int LENGTH = 2 * HostUpdate.RUN + 700;
  private static final int FROM = 100;
  private static final int TO = LENGTH - 50;
  private static final double DECAY = 0.05;
  private static final double RATE = 0.3;

  private final float[] weights = gaussian(1);
  private final float[] gradient = gaussian(2);

  private static float[] gaussian(long seed) {
    Random random = new Random(seed);
    float[] values = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static double norm(double[] values) {
    double squares = 0;
    for (int i = FROM; i < TO; i++) {
      squares += values[i] * values[i];
    }
    return Math.sqrt(squares);
  }

  private static double[] sum(float[] a, double factorA, float[] b, double factorB) {
    double[] sum = new double[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      sum[i] = factorA * a[i] + factorB * b[i];
    }
    return sum;
  }

  private static Elements elements(WeightVector vector) {
    return Elements.of(vector.slices());
  }

  private static float[] updated(
      UpdateStep step, float[] weights, float[] gradient, float[] state) {
    WeightVector made = WeightVector.of(weights.clone());
    new HostUpdate(
            elements(made),
            elements(WeightVector.of(gradient.clone())),
            elements(WeightVector.of(state)),
            LENGTH)
        .update(step, FROM, TO);
    return made.toArray();
  }

  private void assertMoved(float[] found, double[] direction) {
    for (int i = 0; i < LENGTH; i++) {
      double moved = i >= FROM && i < TO ? RATE * direction[i] : 0;
      assertThat((double) found[i]).as("element %d", i).isCloseTo(weights[i] - moved, within(2e-6));
    }
  }

  private static UpdateStep step(Optimizer optimizer, double l2, double decoupled) {
    return new UpdateStep(
        optimizer, 4, l2, decoupled, new Moment(1, RATE), 1, Double.POSITIVE_INFINITY);
  }

  @Test
  void larsScalesByTheNormsOfTheWholeParameter() {
    double ofWeights = norm(sum(weights, 1, weights, 0));
    double ofGradient = norm(sum(gradient, 0.25, gradient, 0));
    double ratio = 0.5 * ofWeights / (ofGradient + DECAY * ofWeights);
    Lars lars = new Lars(0.9, 0.5, 0, false, false, false);
    assertMoved(
        updated(step(lars, DECAY, 0), weights, gradient, new float[LENGTH]),
        sum(gradient, 0.25 * ratio, weights, DECAY * ratio));
  }

  @Test
  void lambScalesByTheNormsOfTheWholeParameter() {
    float[] signs = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      signs[i] = Math.signum(gradient[i]); // Adam's first direction, epsilon aside
    }
    double ratio = norm(sum(weights, 1, weights, 0)) / norm(sum(signs, 1, weights, DECAY));
    Lamb lamb = new Lamb(0.9, 0.999, 0, true, false, false);
    assertMoved(
        updated(step(lamb, 0, DECAY), weights, gradient, new float[2 * LENGTH]),
        sum(signs, ratio, weights, DECAY * ratio));
  }

  @Test
  void theSumOfSquaresIsThatOfTheMeanGradientOfAllElements() {
    HostUpdate host =
        new HostUpdate(null, elements(WeightVector.of(gradient.clone())), null, LENGTH);
    double norm = norm(sum(gradient, 0.25, gradient, 0));
    assertThat(Math.sqrt(host.squaresOfGradient(FROM, TO, 4)) / norm).isCloseTo(1, within(1e-12));
  }

  @Test
  void whatIsKeptIsCopied() {
    float[] none = new float[LENGTH];
    WeightVector read = WeightVector.of(weights.clone());
    WeightVector written = WeightVector.of(none);
    new HostUpdate(elements(read).into(elements(written)), null, null, LENGTH).keep(FROM, TO);
    float[] found = written.toArray();
    for (int i = 0; i < LENGTH; i++) {
      assertThat(found[i]).isEqualTo(i >= FROM && i < TO ? weights[i] : 0);
    }
    assertThat(read.toArray()).isEqualTo(weights);
  }

  /** Of weights and of each vector of state, and of nothing beside. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 0.02, 1})
  void opsTakeThatStretchOfEachVector(double decoupled) {
    INDArray state = Nd4j.createFromArray(gaussian(3));
    INDArray made = Nd4j.createFromArray(weights.clone());
    INDArray ofSum = Nd4j.createFromArray(gradient.clone());
    float[] velocity = gaussian(3);
    OpsUpdate.update(step(new Momentum(0.5), 0.01, decoupled), made, ofSum, state, FROM, TO);
    float[] found = made.toFloatVector();
    float[] stateFound = state.toFloatVector();
    for (int i = 0; i < LENGTH; i++) {
      boolean in = i >= FROM && i < TO;
      double moved = 0.5 * velocity[i] + gradient[i] / 4 + 0.01 * weights[i];
      assertThat((double) stateFound[i]).isCloseTo(in ? moved : velocity[i], within(1e-6));
      assertThat((double) found[i])
          .isCloseTo(weights[i] - (in ? RATE * (moved + decoupled * weights[i]) : 0), within(2e-6));
    }
  }

  /** Passes that are left out for a factor of 1 or a decay of 0 are left out for no other. */
  @Test
  void aFactorOfTwoAndADecayOfOneAreTaken() {
    WeightVector made = WeightVector.of(new float[] {2});
    Elements ofGradient = Elements.of(WeightVector.of(new float[] {4}).slices());
    Elements ofState = Elements.of(WeightVector.of(new float[1]).slices());
    HostUpdate host = new HostUpdate(elements(made), ofGradient, ofState, 1);
    host.update(step(new Lars(0.9, 1, 0, false, false, true), 0, 0), 0, 1);
    assertThat(made.toArray()).containsExactly(2 - 0.3f * 2); // ratio 2 / 1
    assertMoved(
        updated(step(new Sgd(), 0, 1), weights, gradient, new float[0]),
        sum(gradient, 0.25, weights, 1));
    assertMoved(
        updated(step(new Sgd(), 1, 0), weights, gradient, new float[0]),
        sum(gradient, 0.25, weights, 1));
  }

  @Test
  void opsTakeADecayOfOne() {
    INDArray made = Nd4j.createFromArray(weights.clone());
    OpsUpdate.update(
        step(new Sgd(), 1, 0), made, Nd4j.createFromArray(gradient.clone()), null, FROM, TO);
    assertMoved(made.toFloatVector(), sum(gradient, 0.25, weights, 1));
  }
}
