package io.millrace.series;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void ofThreeValuesByHand() {
    Spread spread = Spread.of(DoubleStream.of(0.1, 0.4, Double.NaN, 0.1));
    assertThat(spread.n()).isEqualTo(3);
    assertThat(spread.mean()).isCloseTo(0.2, within(1e-15));
    assertThat(spread.deviation()).isCloseTo(Math.sqrt(0.03), within(1e-15));
    assertThat(spread.min()).isEqualTo(0.1);
    assertThat(spread.max()).isEqualTo(0.4);
  }

  /** SciPy: t.interval(0.95, n - 1, loc=mean, scale=s / sqrt(n)). */
  @Test
  void halfTheIntervalIsThatOfSciPy() {
    assertThat(Spread.of(DoubleStream.of(0.1, 0.4, 0.1)).halfWidth())
        .isCloseTo(0.430265272974946, within(5e-5));
    assertThat(Spread.of(DoubleStream.of(1, 2)).halfWidth())
        .isCloseTo(6.35310236808735, within(5e-4));
    assertThat(Spread.of(IntStream.range(0, 10).asDoubleStream()).halfWidth())
        .isCloseTo(2.165851, within(5e-4));
  }

  /**
   * t of 30 degrees of freedom is 2.042; of more it is less, so that the interval is no narrower.
   */
  @Test
  void ofManyValuesTheIntervalIsNotTooNarrow() {
    Spread spread = Spread.of(IntStream.range(0, 100).asDoubleStream());
    assertThat(spread.halfWidth()).isCloseTo(2.042 * spread.deviation() / 10, within(1e-12));
  }

  @Test
  void aDeviationIsAsExactFarFromZero() {
    assertThat(Spread.of(DoubleStream.of(1e9 + 0.1, 1e9 + 0.2, 1e9 + 0.4)).deviation())
        .isCloseTo(Spread.of(DoubleStream.of(0.1, 0.2, 0.4)).deviation(), within(1e-6));
  }

  @Test
  void ofOneValueThereIsNoSpreadAndOfNoneNothing() {
    Spread one = Spread.of(DoubleStream.of(0.5));
    assertThat(one.mean()).isEqualTo(0.5);
    assertThat(one.deviation()).isNaN();
    assertThat(one.halfWidth()).isNaN();
    Spread none = Spread.of(DoubleStream.empty());
    assertThat(List.of(none.mean(), none.min(), none.max())).containsOnly(Double.NaN);
  }
}
