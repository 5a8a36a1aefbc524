package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single steps by hand; AveragingOracleTest has whole runs against a table. */
class OuterStepTest {
  private static void assertStep(
      OuterStep outer, double[] average, double rate, double[] weights, double[] remembered) {
    double[][] memory = {{2, -1}};
    outer.step(new double[] {1, -2}, average, memory, 2, rate);
    assertThat(average).containsExactly(weights, within(1e-15));
    assertThat(memory[0]).containsExactly(remembered, within(1e-15));
  }

  private static void assertBlocks(boolean nesterov, double first, double second) {
    // G = (2, 1); D = 0.75 * (2, -1) + 0.5 * G = (2.5, -0.25)
    assertStep(
        new Bmuf(0.75, 0.5, nesterov, true),
        new double[] {3, -1},
        0.1,
        new double[] {first, second},
        new double[] {2.5, -0.25});
  }

  @Test
  void blockwiseFilteringAddsWhatItRemembers() {
    assertBlocks(false, 1 + 2.5, -2 - 0.25);
    assertBlocks(true, 1 + 0.5 * 2 + 0.75 * 2.5, -2 + 0.5 * 1 - 0.75 * 0.25);
  }

  private static void assertSlow(boolean nesterov, double first, double second) {
    // (w0 - avg) / rate = (0.5, -3); s = 0.6 * (2, -1) + (0.5, -3) = (1.7, -3.6)
    assertStep(
        new SlowMo(0.6, 0.5, nesterov),
        new double[] {0.9, -1.4},
        0.2,
        new double[] {first, second},
        new double[] {1.7, -3.6});
  }

  @Test
  void slowMomentumIsInUnitsOfTheRate() {
    assertSlow(false, 1 - 0.5 * 0.2 * 1.7, -2 + 0.5 * 0.2 * 3.6);
    assertSlow(true, 1 - 0.5 * 0.2 * (0.5 + 0.6 * 1.7), -2 + 0.5 * 0.2 * (3 + 0.6 * 3.6));
    assertStep(
        new SlowMo(0.5, 1, false),
        new double[] {0, -3},
        1,
        new double[] {-1, -2.5},
        new double[] {2, 0.5});
  }

  @Test
  void slowMomentumPassesOnTheAverageOfARoundAtRateZero() {
    assertStep(
        new SlowMo(0.6, 0.5, false),
        new double[] {0.9, -1.4},
        0,
        new double[] {0.9, -1.4},
        new double[] {2, -1});
  }

  @ParameterizedTest
  @CsvSource({"1, 0", "3, 0", "4, 0.2", "7, 0.2", "8, 0.5", "15, 0.5", "16, 0.6", "900, 0.6"})
  void slowMomentumGrowsWithTheWorkers(int workers, double beta) {
    assertThat(new SlowMo(null, 0.7, true).with(workers)).isEqualTo(new SlowMo(beta, 0.7, true));
    assertThat(new SlowMo(0.3, 1, false).with(workers)).isEqualTo(new SlowMo(0.3, 1, false));
  }

  @Test
  void momentumOfBlocksIsWhatTheWorkersLeave() {
    assertThat(new Bmuf(null, 0.5, true, false).with(8))
        .isEqualTo(new Bmuf(0.875, 0.5, true, false));
    assertThat(new Bmuf(0.3, 1, true, true).with(8)).isEqualTo(new Bmuf(0.3, 1, true, true));
  }

  @Test
  void eachRemembersOneVectorAndReplacingNone() {
    assertThat(new Bmuf(0.5, 1, true, true).vectors()).isEqualTo(1);
    assertThat(new SlowMo(0.5, 1, true).vectors()).isEqualTo(1);
    assertThat(new Replace().vectors()).isZero();
    assertThat(new Bmuf(0.5, 1, true, true).resetsState()).isTrue();
    assertThat(new Bmuf(0.5, 1, true, false).resetsState()).isFalse();
    assertThat(new SlowMo(0.5, 1, true).resetsState()).isFalse();
    assertThat(new SlowMo(0.5, 1, true).needsRate()).isTrue();
    assertThat(new Bmuf(0.5, 1, true, true).needsRate()).isFalse();
  }

  @Test
  void onlySlowMomentumOfNoneAtAWholeStepKeepsTheAverage() {
    assertThat(new SlowMo(0.0, 1, false).keepsAverage()).isTrue();
    assertThat(new SlowMo(0.0, 0.5, false).keepsAverage()).isFalse();
    assertThat(new SlowMo(0.5, 1, false).keepsAverage()).isFalse();
    assertThat(new SlowMo(null, 1, false).keepsAverage()).isFalse();
    assertThat(new Replace().keepsAverage()).isTrue();
    assertThat(new Bmuf(0.75, 1, false, true).keepsAverage()).isFalse();
  }
}
