package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.config.ChoiceSamples;
import io.millrace.random.Keys;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every initialiser that a config may name keeps to. */
class InitializerContractTest {
  private static final List<WeightShape> SHAPES =
      List.of(
          WeightShape.matrix(WeightShape.Kind.DENSE, 1, 1),
          WeightShape.matrix(WeightShape.Kind.DENSE, 1, 997),
          WeightShape.matrix(WeightShape.Kind.MATRIX, 997, 1),
          WeightShape.convolution(64, 3, 49, 1),
          WeightShape.convolution(32, 1, 9, 32),
          new WeightShape(WeightShape.Kind.CONVOLUTION, 9, 32, 1, 9, 32),
          new WeightShape(WeightShape.Kind.CONVOLUTION, 5, 7, 4, 4, 1),
          WeightShape.none(1),
          WeightShape.none(64));

  /** All but those whose weights are read and not made. */
  static List<Initializer> initializers() {
    return ChoiceSamples.of(Initializer.class).stream()
        .filter(each -> SHAPES.stream().anyMatch(each::takes))
        .toList();
  }

  @Test
  void onlyPretrainedWeightsAreNotMade() {
    assertThat(ChoiceSamples.of(Initializer.class))
        .filteredOn(each -> SHAPES.stream().noneMatch(each::takes))
        .hasOnlyElementsOfType(Pretrained.class)
        .hasSize(1);
  }

  private static float[] filled(Initializer how, WeightShape shape, long seed) {
    float[] values = new float[Math.toIntExact(shape.outputs() * shape.fanIn())];
    Arrays.fill(values, Float.MIN_VALUE); // what no initialiser makes
    how.fill(values, shape, new Random(Keys.of(seed, "layer.W")));
    return values;
  }

  @ParameterizedTest
  @MethodSource("initializers")
  void startsEveryElementOfWhatItTakesAtAFiniteNumber(Initializer how) {
    for (WeightShape shape : SHAPES.stream().filter(how::takes).toList()) {
      float[] values = filled(how, shape, 1);
      for (float value : values) {
        assertThat(value).isFinite();
        assertThat(value == Float.MIN_VALUE).isEqualTo(how instanceof Configured);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("initializers")
  void isAFunctionOfItsNumbersAlone(Initializer how) {
    WeightShape shape = WeightShape.convolution(8, 3, 9, 1);
    assertThat(filled(how, shape, 1)).isEqualTo(filled(how, shape, 1));
    boolean same = how instanceof Constant || how instanceof Configured;
    assertThat(Arrays.equals(filled(how, shape, 1), filled(how, shape, 2))).isEqualTo(same);
  }

  /** Twice the outputs or inputs never make larger weights. */
  @ParameterizedTest
  @MethodSource("initializers")
  void isNoLargerForALargerLayer(Initializer how) {
    double small = size(filled(how, WeightShape.convolution(16, 16, 9, 1), 1));
    double large = size(filled(how, WeightShape.convolution(64, 64, 9, 1), 1));
    assertThat(large).isLessThanOrEqualTo(small * 1.1);
  }

  private static double size(float[] values) {
    double squares = 0;
    for (float value : values) {
      squares += (double) value * value;
    }
    return Math.sqrt(squares / values.length);
  }
}
