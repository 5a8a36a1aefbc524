package io.millrace.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WorkTimesTest {
  private static final long SECOND = 1_000_000_000L;

  private final WorkTimes times = new WorkTimes();

  @Test
  void theMedianOfThoseBeforeTimesTheFactorIsTheLimitForEachStep() {
    FaultsConfig faults = new FaultsConfig(10, 1, 1);
    long[] rounds = {90, 1, 3};
    for (long round : rounds) {
      assertThat(times.limit(faults, 4)).as("too few to know").isZero();
      times.took(round * 2 * SECOND, 2);
    }
    assertThat(times.limit(faults, 4)).isEqualTo(10 * 3 * 4 * SECOND);
    assertThat(times.limit(faults, 1)).isEqualTo(10 * 3 * SECOND);
    for (int i = 0; i < 64; i++) {
      times.took(SECOND / 100, 1);
    }
    assertThat(times.limit(faults, 4)).as("the floor").isEqualTo(SECOND);
    assertThat(times.limit(faults, 1000)).isEqualTo(100 * SECOND);
  }

  @Test
  void aFactorOfZeroWaitsForEver() {
    for (int i = 0; i < 9; i++) {
      times.took(SECOND, 1);
    }
    assertThat(times.limit(new FaultsConfig(0, 300, 1), 9)).isZero();
  }
}
