package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private final Oracle oracle = new Oracle("schedules.json");

  @Test
  void cosineIsPyTorchs() {
    assertRates(new CosineSchedule(0.8, 0, 10), oracle.vector("cosine_T10_min0"));
    assertRates(new CosineSchedule(0.8, 0.01, 10), oracle.vector("cosine_T10_min0.01"));
  }

  @Test
  void stepIsPyTorchs() {
    assertRates(
        new StepSchedule(0.8, List.of(3L, 8L), 0.1), oracle.vector("multistep_3_8_gamma0.1"));
    assertRates(
        new StepSchedule(0.8, List.of(4L, 8L, 12L), 0.5), oracle.vector("step_size4_gamma0.5"));
  }

  @Test
  void warmupThenCosineIsTheFormulaOfTheTable() {
    assertRates(
        new WarmupSchedule(5, 0.8, new CosineSchedule(0.8, 0, 15)),
        oracle.vector("warmup5_then_cosine15/rates"));
  }

  @Test
  void warmupRisesInEqualStepsAndThenHolds() {
    Schedule schedule = new WarmupSchedule(4, 0.4, new ConstantSchedule(0.4));
    assertRates(schedule, new double[] {0.1, 0.2, 0.3, 0.4, 0.4, 0.4});
  }

  @Test
  void cosineStaysAtItsEnd() {
    assertThat(new CosineSchedule(0.8, 0.01, 10).rate(1000)).isEqualTo(0.01);
  }

  @Test
  void readsAsAPersonWouldSayIt() {
    assertThat(new WarmupSchedule(5, 0.8, new CosineSchedule(0.8, 0, 15)))
        .hasToString("5 updates of warm-up, then cosine from 0.8 to 0 over 15 updates");
    assertThat(new StepSchedule(0.3 * 3, List.of(30L, 60L), 0.1))
        .hasToString("0.9, times 0.1 after updates 30, 60");
    assertThat(new ConstantSchedule(1e-5)).hasToString("constant at 0.00001");
  }

  @Test
  void refusesWhatIsNoRate() {
    assertThatThrownBy(() -> new ConstantSchedule(Double.NaN))
        .hasMessage("Invalid rate: NaN (must be finite and >= 0)");
    assertThatThrownBy(() -> new CosineSchedule(-1, 0, 10))
        .hasMessage("Invalid peak: -1.0 (must be finite and >= 0)");
    assertThatThrownBy(() -> new CosineSchedule(0.1, 0.2, 10))
        .hasMessage("Invalid min: 0.2 (must be <= peak 0.1)");
    assertThatThrownBy(() -> new CosineSchedule(0.1, 0, 0))
        .hasMessage("Invalid updates: 0 (must be >= 1)");
    assertThatThrownBy(() -> new StepSchedule(0.1, List.of(3L, 3L), 0.1))
        .hasMessage("Invalid steps: [3, 3] (must be >= 0 and rise)");
    assertThatThrownBy(() -> new StepSchedule(0.1, List.of(), Double.NaN))
        .hasMessage("Invalid gamma: NaN (must be finite and >= 0)");
    assertThatThrownBy(() -> new WarmupSchedule(-1, 0.1, new ConstantSchedule(0.1)))
        .hasMessage("Invalid updates: -1 (must be >= 0)");
  }

  private static void assertRates(Schedule schedule, double[] expected) {
    for (int update = 0; update < expected.length; update++) {
      assertThat(schedule.rate(update))
          .as("%s at update %d", schedule, update)
          .isCloseTo(expected[update], within(1e-14));
    }
  }
}
