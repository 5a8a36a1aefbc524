package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Directions by hand, where the tables of OptimizerOracleTest cannot tell: see each. */
class DirectionTest {
  /** The last of some directions for gradient 2, its state zero before the first. */
  private static double direction(Optimizer optimizer, int updates) {
    float[][] state = new float[optimizer.stateVectors()][1];
    float[] gradient = new float[1];
    for (int step = 1; step <= updates; step++) {
      gradient[0] = 2;
      optimizer.direction(gradient, new float[] {1}, state, 1, new Moment(step, 0.1));
    }
    return gradient[0];
  }

  private static void assertDirection(Optimizer optimizer, int updates, double expected) {
    assertThat(direction(optimizer, updates))
        .as("%s after %d updates", optimizer, updates)
        .isCloseTo(expected, within(Math.abs(expected) * 1e-6));
  }

  /** Those of the tables are too small beside the roots to be seen there. */
  @Test
  void epsilonIsAddedToTheRoot() {
    double half = 0.5;
    assertDirection(new Adagrad(half, 0, 0), 1, 2 / (2 + half));
    assertDirection(new Adagrad(half, 5, 0.25), 2, 2 / 1.25 / (Math.sqrt(8 + 5) + half));
    assertDirection(new RmsProp(0.75, half, 0, false), 1, 2 / (1 + half));
    assertDirection(new Adam(0.9, 0.99, half), 1, 2 / (2 + half));
    assertDirection(new AmsGrad(0.9, 0.99, half), 1, 2 / (2 + half));
    double mu = 0.9 * (1 - 0.5 * Math.pow(0.96, 0.25));
    double next = 0.9 * (1 - 0.5 * Math.pow(0.96, 0.5));
    double ahead = 2 + next / (1 - mu * next) * 0.1 * 2; // (1 - mu) / (1 - mu) g + ... m
    assertDirection(new NAdam(0.9, 0.99, half, 0.25), 1, ahead / (2 + half));
    assertDirection(new Adadelta(0.75, half), 1, Math.sqrt(half) / Math.sqrt(1 + half) * 2);
  }

  /** Where 1 minus the product of all momenta is 1: PyTorch's step in double precision. */
  @Test
  void nAdamAfterManyUpdates() {
    assertDirection(new NAdam(0.9, 0.99, 0.5, 0.004), 600, 0.8000532932510396);
  }

  @Test
  void epsilonOfRAdamIsAddedToTheRootThatIsNotCorrected() {
    double c2 = 1 - Math.pow(0.9, 20);
    double limit = 2 / (1 - 0.9) - 1;
    double known = limit - 2 * 20 * Math.pow(0.9, 20) / c2;
    double rectified =
        Math.sqrt((known - 4) * (known - 2) * limit / ((limit - 4) * (limit - 2) * known));
    double expected = rectified * Math.sqrt(c2) * 2 / (2 * Math.sqrt(c2) + 0.5);
    assertDirection(new RAdam(0.9, 0.9, 0.5), 20, expected);
  }

  @Test
  void whatRoundingMakesOfNoVarianceIsNone() {
    for (int updates = 1; updates < 400; updates++) {
      double alpha = 0.5 + updates / 1000.0;
      float[][] state = {{1}, {Math.nextUp(1f)}}; // a mean whose square is above that of squares
      float[] gradient = {1};
      new RmsProp(alpha, 1e-8, 0, true)
          .direction(gradient, new float[] {1}, state, 1, new Moment(1, 0.1));
      assertThat(gradient[0]).isNotNaN().isPositive();
    }
  }

  static Stream<Optimizer> withMomentum() {
    return Stream.of(
        new Momentum(0.5),
        new Nesterov(0.5),
        new RmsProp(0.9, 1e-8, 0.5, false),
        new Lars(0.5, 0.001, 0, false, false, false),
        new Lars(0.5, 0.001, 0, true, false, false));
  }

  /** As one-cycle and parameter groups give it. */
  @ParameterizedTest
  @MethodSource("withMomentum")
  void aMomentumThatIsGivenTakesThePlaceOfTheOptimisersOwn(Optimizer optimizer) {
    double given = -1;
    double own = -1;
    for (double momentum : new double[] {Double.NaN, 0.25}) {
      float[][] state = new float[optimizer.stateVectors()][1];
      float[] gradient = new float[1];
      for (int step = 1; step <= 2; step++) {
        gradient[0] = 2;
        optimizer.direction(
            gradient, new float[] {1}, state, 1, new Moment(step, 0.1, momentum, false));
      }
      own = Double.isNaN(momentum) ? gradient[0] : own;
      given = gradient[0];
    }
    double first = optimizer instanceof RmsProp ? 2 / Math.sqrt(0.4) : 2;
    double second = optimizer instanceof RmsProp ? 2 / Math.sqrt(0.76) : 2;
    boolean ahead =
        optimizer instanceof Nesterov || optimizer instanceof Lars lars && lars.nesterov();
    assertThat(own).isCloseTo(afterTwo(first, second, 0.5, ahead), within(1e-5));
    assertThat(given).isCloseTo(afterTwo(first, second, 0.25, ahead), within(1e-5));
  }

  private static double afterTwo(double first, double second, double momentum, boolean ahead) {
    double velocity = momentum * first + second;
    return ahead ? second + momentum * velocity : velocity;
  }

  @Test
  void aGivenMomentumHoldsOnTheBackendToo() {
    for (Optimizer optimizer : new Optimizer[] {new Momentum(0.5), new Nesterov(0.5)}) {
      INDArray gradient = Nd4j.createFromArray(2f);
      INDArray velocity = Nd4j.createFromArray(2f);
      optimizer.direction(
          gradient,
          Nd4j.createFromArray(1f),
          new INDArray[] {velocity},
          new Moment(2, 0.1, 0.25, false));
      boolean ahead = optimizer instanceof Nesterov;
      assertThat(velocity.getDouble(0)).isEqualTo(2.5);
      assertThat(gradient.getDouble(0)).isEqualTo(ahead ? 2 + 0.25 * 2.5 : 2.5);
    }
  }

  @Test
  void trustRatiosByHand() {
    Lars lars = new Lars(0.9, 0.02, 0.5, false, false, false);
    assertThat(lars.ratio(3, 2, 0.1, 0.1)).isCloseTo(0.02 * 3 / (2 + 0.3 + 0.5), within(1e-15));
    assertThat(lars.ratio(3, 2, 0, 0.1)).isEqualTo(1);
    assertThat(lars.ratio(0, 2, 0.1, 0.1)).isEqualTo(1);
    assertThat(lars.ratio(3, 0, 0.1, 0.1)).isEqualTo(1);
    assertThat(lars.ratio(1, 1, 0.1, 0.1)).isCloseTo(0.02 / 1.6, within(1e-15));
    Lars clipped = new Lars(0.9, 0.02, 0.5, false, true, false);
    assertThat(clipped.ratio(3, 2, 0.1, 0.1)).isCloseTo(0.6 / 2.8, within(1e-15));
    assertThat(clipped.ratio(300, 2, 0.1, 0.01)).isEqualTo(1);
    Lars always = new Lars(0.9, 0.02, 0.5, false, false, true);
    assertThat(always.ratio(3, 2, 0, 0.1)).isCloseTo(0.06 / 2.5, within(1e-15));
    Lamb lamb = new Lamb(0.9, 0.999, 1e-6, true, false, false);
    assertThat(lamb.ratio(3, 2, 0.1, 0.1)).isEqualTo(1.5);
    assertThat(lamb.ratio(1, 0.5, 0.1, 0.1)).isEqualTo(2);
    assertThat(lamb.ratio(3, 1, 0.1, 0.1)).isEqualTo(3);
    assertThat(lamb.ratio(3, 2, 0, 0.1)).isEqualTo(1);
    assertThat(lamb.ratio(0, 2, 0.1, 0.1)).isEqualTo(1);
    assertThat(lamb.ratio(3, 0, 0.1, 0.1)).isEqualTo(1);
    Lamb most = new Lamb(0.9, 0.999, 1e-6, true, true, true);
    assertThat(most.ratio(3, 2, 0, 0.1)).isEqualTo(1);
    assertThat(most.ratio(2, 4, 0, 0.1)).isEqualTo(0.5);
  }

  /** One vector too many would be memory and cargo for nothing. */
  @Test
  void eachKeepsAsManyVectorsAsItsFormulaHas() {
    Map<Optimizer, Integer> vectors =
        Map.ofEntries(
            Map.entry(new Sgd(), 0),
            Map.entry(new Momentum(0.9), 1),
            Map.entry(new Nesterov(0.9), 1),
            Map.entry(new Adagrad(1e-10, 0, 0), 1),
            Map.entry(new Adadelta(0.9, 1e-6), 2),
            Map.entry(new RmsProp(0.9, 1e-8, 0, false), 1),
            Map.entry(new RmsProp(0.9, 1e-8, 0.9, false), 2),
            Map.entry(new RmsProp(0.9, 1e-8, 0, true), 2),
            Map.entry(new RmsProp(0.9, 1e-8, 0.9, true), 3),
            Map.entry(new Adam(0.9, 0.999, 1e-8), 2),
            Map.entry(new AdamW(0.9, 0.999, 1e-8), 2),
            Map.entry(new AmsGrad(0.9, 0.999, 1e-8), 3),
            Map.entry(new NAdam(0.9, 0.999, 1e-8, 4e-3), 2),
            Map.entry(new RAdam(0.9, 0.999, 1e-8), 2),
            Map.entry(new Lars(0.9, 0.001, 0, false, false, false), 1),
            Map.entry(new Lamb(0.9, 0.999, 1e-6, true, false, false), 2),
            Map.entry(new Lion(0.9, 0.99), 1));
    vectors.forEach(
        (optimizer, count) ->
            assertThat(optimizer.stateVectors()).as("%s", optimizer).isEqualTo(count));
    Set<Class<?>> withOps =
        vectors.keySet().stream()
            .filter(Optimizer::hasOps)
            .map(Object::getClass)
            .collect(Collectors.toSet());
    assertThat(withOps).containsExactlyInAnyOrder(Sgd.class, Momentum.class, Nesterov.class);
  }
}
