package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class ResolvedRateTest {
  @Test
  void scalesWithTheGlobalBatchAndSaysSo() {
    ResolvedRate rate = ResolvedRate.of(config(true, 1, new Cosine(0)), 1024, 59, 5);
    assertThat(rate.course().peak()).isEqualTo(0.8);
    assertThat(rate.course().warmup()).isEqualTo(59);
    assertThat(rate.course().updates()).isEqualTo(295);
    assertThat(rate.derivation())
        .isEqualTo(
            "0.1 x 1024 / 128 = 0.8, 59 updates of warm-up, then cosine from 0.8 to 0 over 236"
                + " updates");
  }

  @Test
  void joinIsContinuousAtTheWarmupBoundary() {
    LearningRate schedule = ResolvedRate.of(config(true, 1, new Cosine(0)), 1024, 59, 5);
    assertThat(schedule.rate(58)).isEqualTo(0.8);
    assertThat(schedule.rate(59)).isEqualTo(0.8);
    assertThat(schedule.rate(295)).isEqualTo(0);
  }

  @Test
  void withoutScalingThePeakIsTheBase() {
    ResolvedRate rate = ResolvedRate.of(config(false, 0, new Constant()), 1024, 59, 5);
    assertThat(rate.schedule()).isEqualTo(new Constant());
    assertThat(rate.derivation()).isEqualTo("not scaled, 0.1, constant at 0.1");
  }

  @Test
  void warmupMayBeAFractionOfAnEpoch() {
    assertThat(ResolvedRate.of(config(true, 0.5, new Cosine(0)), 256, 11, 2).course().warmup())
        .isEqualTo(6);
  }

  @Test
  void stepsCountFromTheStartOfTraining() {
    LearningRate schedule =
        ResolvedRate.of(config(true, 1, new MultiStep(List.of(2.0, 3.0), 0.1)), 128, 10, 4);
    assertThat(schedule.rate(9)).isEqualTo(0.1);
    assertThat(schedule.rate(19)).isEqualTo(0.1);
    assertThat(schedule.rate(20)).isCloseTo(0.01, within(1e-15));
    assertThat(schedule.rate(30)).isCloseTo(0.001, within(1e-15));
  }

  @Test
  void aWarmUpAtRate0AndAPeakThatIsNoFloatAreRefused() {
    LearningRateConfig still =
        new LearningRateConfig(0.1, 128, Scaling.NONE, 1, Warmup.Shape.CONSTANT, 0, new Constant());
    assertThatThrownBy(() -> ResolvedRate.of(still, 128, 10, 5))
        .hasMessage(
            "Invalid learningRate.warmupStart: 0 (must be > 0 where warmupShape is constant: nothing"
                + " would be trained)");
    LearningRateConfig huge =
        new LearningRateConfig(1e308, 1, Scaling.LINEAR, 1, Warmup.Shape.LINEAR, 0, new Constant());
    assertThatThrownBy(() -> ResolvedRate.of(huge, 128, 10, 5))
        .hasMessage(
            "Invalid learningRate.base: it gives a peak rate of Infinity (must be <= 3.4028235E38)");
  }

  @Test
  void aWarmUpLongerThanTheRunIsCutAndSaid() {
    ResolvedRate rate = ResolvedRate.of(config(true, 6, new Cosine(0)), 128, 10, 5);
    assertThat(rate.course().warmup()).isEqualTo(50);
    assertThat(rate.rate(49)).isEqualTo(0.1);
    assertThat(rate.derivation()).endsWith("; the warm-up of 6 epochs is cut to the run's 5");
  }

  @Test
  void refusesWhatCannotBe() {
    assertThatThrownBy(() -> ResolvedRate.of(config(true, Double.NaN, new Cosine(0)), 128, 10, 5))
        .hasMessageStartingWith("Invalid learningRate.warmupEpochs: NaN");
    assertThatThrownBy(
            () -> ResolvedRate.of(config(true, 2, new MultiStep(List.of(1.0), 0.1)), 128, 10, 5))
        .hasMessage(
            "Invalid learningRate.stepEpochs: [1.0] (must rise, by an update at least, and lie"
                + " after the warm-up of 20 updates)");
  }

  private static LearningRateConfig config(boolean scaled, double warmup, Schedule schedule) {
    return new LearningRateConfig(
        0.1, 128, scaled ? Scaling.LINEAR : Scaling.NONE, warmup, Warmup.Shape.LINEAR, 0, schedule);
  }
}
