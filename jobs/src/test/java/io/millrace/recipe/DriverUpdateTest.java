package io.millrace.recipe;

import static io.millrace.model.ParameterSlot.Kind.MEAN;
import static io.millrace.model.ParameterSlot.Kind.WEIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.wire.WeightVector;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The update of vectors in slices, which the driver makes with all cores. */
class DriverUpdateTest {
  private static final double NONE = Double.POSITIVE_INFINITY;

  /** The last but one is frozen by its group; the first is longer than a piece of work. */
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new ParameterSlot("stem", "W", 0, 140_000, WEIGHT),
              new ParameterSlot("norm", "mean", 140_000, 3, MEAN),
              new ParameterSlot("middle", "W", 140_003, 5, WEIGHT),
              new ParameterSlot("head", "W", 140_008, 2, WEIGHT)));

  private static Recipe recipe(Optimizer optimizer, Clip clip) {
    ParameterGroup frozen = new ParameterGroup("middle*", null, 1, null, null, null, null, true);
    return new Recipe(
        update -> 0.1, optimizer, new WeightDecay(0.01, false), clip, List.of(frozen));
  }

  static Stream<Recipe> recipes() {
    return Stream.of(
        recipe(new Sgd(), Clip.NONE),
        recipe(new Momentum(0.9), new Clip(1, NONE)),
        recipe(new Adam(0.9, 0.99, 1e-8), new Clip(NONE, 0.1)),
        recipe(new Lars(0.9, 0.02, 0, false, false, false), new Clip(1, 0.1)),
        recipe(new Lamb(0.9, 0.999, 1e-6, true, false, false), Clip.NONE));
  }

  private static float[] gaussian(long seed) {
    Random random = new Random(seed);
    float[] values = new float[(int) LAYOUT.length()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  @ParameterizedTest
  @MethodSource("recipes")
  void givesTheBitsOfTheUpdateOfArrays(Recipe recipe) {
    UpdateRule rule = recipe.rule(LAYOUT);
    int elements = Math.toIntExact(rule.stateLength(LAYOUT));
    INDArray weights = Nd4j.createFromArray(gaussian(1));
    INDArray state = elements == 0 ? null : Nd4j.zeros(elements);
    WeightVector inSlices = WeightVector.of(gaussian(1));
    WeightVector stateInSlices = elements == 0 ? null : WeightVector.of(new float[elements]);
    for (int update = 0; update < 2; update++) {
      UpdateRuleTest.apply(
          recipe,
          ArrayMemory.HOST,
          LAYOUT,
          weights,
          Nd4j.createFromArray(gaussian(2 + update)),
          state,
          4,
          update);
      WeightVector made = WeightVector.of(gaussian(2 + update));
      rule.apply(
          LAYOUT,
          inSlices.slices(),
          made.slices(),
          elements == 0 ? null : stateInSlices.slices(),
          4,
          new Pace(recipe).moments(update, update + 1));
      inSlices = made;
    }
    assertThat(inSlices.toArray()).isEqualTo(weights.toFloatVector());
    if (elements > 0) {
      assertThat(stateInSlices.toArray()).isEqualTo(state.toFloatVector());
    }
  }

  /** Statistics and what is frozen have no part in it. */
  @Test
  void theNormOfAClipIsThatOfWhatIsTrained() {
    float[] gradient = gaussian(2);
    double squares = 0;
    for (int i = 0; i < gradient.length; i++) {
      if (i < 140_000 || i >= 140_008) {
        squares += (double) gradient[i] * gradient[i] / 16;
      } else {
        gradient[i] = 1e4f;
      }
    }
    Recipe recipe =
        new Recipe(
            update -> 0.1,
            new Sgd(),
            new WeightDecay(0, false),
            new Clip(50, NONE),
            recipe(new Sgd(), Clip.NONE).groups());
    INDArray weights = Nd4j.createFromArray(gaussian(1));
    UpdateRuleTest.apply(
        recipe,
        ArrayMemory.HOST,
        LAYOUT,
        weights,
        Nd4j.createFromArray(gradient.clone()),
        null,
        4,
        0);
    double factor = 50 / (Math.sqrt(squares) + 1e-6);
    assertThat(factor).isBetween(0.5, 0.6);
    for (int i : new int[] {0, 7, 139_999, 140_008, 140_009}) {
      assertThat(weights.getDouble(i))
          .isCloseTo(gaussian(1)[i] - 0.1 * factor * gradient[i] / 4, within(1e-6));
    }
  }
}
