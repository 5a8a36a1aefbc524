package io.millrace.recipe;

import static io.millrace.config.LearningRateConfig.Schedule.CONSTANT;
import static io.millrace.config.LearningRateConfig.Schedule.COSINE;
import static io.millrace.config.LearningRateConfig.Schedule.STEP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.config.LearningRateConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvedRateTest {
  @Test
  void scalesWithTheGlobalBatchAndSaysSo() {
    ResolvedRate rate = ResolvedRate.of(config(true, 1, COSINE, List.of()), 1024, 59, 5);
    assertThat(rate.peak()).isEqualTo(0.8);
    assertThat(rate.warmupUpdates()).isEqualTo(59);
    assertThat(rate.updates()).isEqualTo(295);
    assertThat(rate.derivation())
        .isEqualTo(
            "0.1 x 1024 / 128 = 0.8, 59 updates of warm-up, then cosine from 0.8 to 0 over 236"
                + " updates");
  }

  @Test
  void joinIsContinuousAtTheWarmupBoundary() {
    Schedule schedule = ResolvedRate.of(config(true, 1, COSINE, List.of()), 1024, 59, 5).schedule();
    assertThat(schedule.rate(58)).isEqualTo(0.8);
    assertThat(schedule.rate(59)).isEqualTo(0.8);
    assertThat(schedule.rate(295)).isEqualTo(0);
  }

  @Test
  void withoutScalingThePeakIsTheBase() {
    ResolvedRate rate = ResolvedRate.of(config(false, 0, CONSTANT, List.of()), 1024, 59, 5);
    assertThat(rate.schedule()).isEqualTo(new ConstantSchedule(0.1));
    assertThat(rate.derivation()).isEqualTo("0.1 (not scaled), constant at 0.1");
  }

  @Test
  void warmupMayBeAFractionOfAnEpoch() {
    assertThat(ResolvedRate.of(config(true, 0.5, COSINE, List.of()), 256, 11, 2).warmupUpdates())
        .isEqualTo(6);
  }

  @Test
  void stepsCountFromTheStartOfTraining() {
    Schedule schedule =
        ResolvedRate.of(config(true, 1, STEP, List.of(2.0, 3.0)), 128, 10, 4).schedule();
    assertThat(schedule.rate(9)).isEqualTo(0.1);
    assertThat(schedule.rate(19)).isEqualTo(0.1);
    assertThat(schedule.rate(20)).isCloseTo(0.01, within(1e-15));
    assertThat(schedule.rate(30)).isCloseTo(0.001, within(1e-15));
  }

  @Test
  void aWarmUpLongerThanTheRunIsCutAndSaid() {
    ResolvedRate rate = ResolvedRate.of(config(true, 6, COSINE, List.of()), 128, 10, 5);
    assertThat(rate.warmupUpdates()).isEqualTo(50);
    assertThat(rate.schedule().rate(49)).isEqualTo(0.1);
    assertThat(rate.derivation()).endsWith("; the warm-up of 6 epochs is cut to the run's 5");
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(
            () -> ResolvedRate.of(config(true, Double.NaN, COSINE, List.of()), 128, 10, 5))
        .hasMessageStartingWith("Invalid learningRate.warmupEpochs: NaN");
    assertThatThrownBy(() -> ResolvedRate.of(config(true, 2, STEP, List.of(1.0)), 128, 10, 5))
        .hasMessage(
            "Invalid learningRate.stepEpochs: [1.0] (must rise, by an update at least, and lie"
                + " after the warm-up of 2.0 epochs)");
  }

  private static LearningRateConfig config(
      boolean scaled, double warmup, LearningRateConfig.Schedule schedule, List<Double> steps) {
    return new LearningRateConfig(0.1, 128, scaled, warmup, schedule, 0, steps, 0.1);
  }
}
