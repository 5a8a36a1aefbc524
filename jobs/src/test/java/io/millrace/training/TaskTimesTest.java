package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cluster.FaultsConfig;
import org.junit.jupiter.api.Test;

class TaskTimesTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void theMedianOfRoundsTimesTheFactorIsTheLimitForEachUpdate() {
    TaskTimes times = new TaskTimes(new FaultsConfig(10, 1, 1));
    long[] rounds = {90, 1, 3};
    for (long round : rounds) {
      assertThat(times.limit(4)).as("too few rounds to know").isZero();
      times.roundEnded(round * 2 * SECOND, 2);
    }
    assertThat(times.limit(4)).isEqualTo(10 * 3 * 4 * SECOND);
    assertThat(times.limit(1)).isEqualTo(10 * 3 * SECOND);
    for (int i = 0; i < 64; i++) {
      times.roundEnded(SECOND / 100, 1);
    }
    assertThat(times.limit(4)).as("the floor").isEqualTo(SECOND);
    assertThat(times.limit(1000)).isEqualTo(100 * SECOND);
  }

  @Test
  void aFactorOfZeroWaitsForEver() {
    TaskTimes times = new TaskTimes(new FaultsConfig(0, 300, 1));
    for (int i = 0; i < 9; i++) {
      times.roundEnded(SECOND, 1);
    }
    assertThat(times.limit(9)).isZero();
  }
}
