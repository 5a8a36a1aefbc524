package io.millrace.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.random.KeyedRandom;
import java.util.function.IntBinaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A level moved away from or towards another. */
class AugmentationBlendTest {
  private static final int LEVELS = 256;

  /** Steps of a tenth, what lies just below 1, where float32 rounds up most sums, and any. */
  private static DoubleStream factors() {
    KeyedRandom random = new KeyedRandom().key(1, 2, 3);
    return Stream.of(
            IntStream.rangeClosed(0, 30).mapToDouble(i -> i / 10.0),
            DoubleStream.iterate(0x1p-24, gap -> gap < 0x1p-12, gap -> 3 * gap).map(gap -> 1 - gap),
            DoubleStream.of(1e-30, 0.005, 4.9, 64.7, 99.9, 100),
            DoubleStream.generate(() -> 2 * random.nextDouble()).limit(20))
        .flatMapToDouble(each -> each);
  }

  @ParameterizedTest
  @MethodSource("factors")
  void aTableGivesTheBytesOfTheFormula(double factor) {
    int[] table = new int[Blend.TABLE];
    Blend.fill(table, (float) factor);
    assertThat(ofAllPairs((base, level) -> Blend.of(base, level, table)))
        .isEqualTo(ofAllPairs((base, level) -> Blend.of(base, level, (float) factor)));
  }

  private static int[] ofAllPairs(IntBinaryOperator blend) {
    return IntStream.range(0, LEVELS * LEVELS)
        .map(i -> blend.applyAsInt(i / LEVELS, i % LEVELS))
        .toArray();
  }
}
