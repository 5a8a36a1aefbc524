package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShadowTest {
  private static final Oracle ORACLE = new Oracle("averaging.json");
  private static final Course FOUR_EPOCHS = new Course(0.8, 0, 20, 5);

  @Test
  void theExponentialAveragesShareIsThatOfTheTable() {
    double[] shares = ORACLE.vector("ema/decays_s1_to_12");
    Ema ema = new Ema(0.9, 1, 2.0 / 3, 0);
    for (int s = 1; s <= shares.length; s++) {
      assertThat(ema.decay(s)).as("after %d updates", s).isCloseTo(shares[s - 1], within(1e-15));
    }
    assertThat(ema.decay(1_000_000)).isEqualTo(0.9);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 10, 100, 1000, 10_000, 300_000})
  void theDefaultDecayIsReachedAsTheTableSays(int s) {
    assertThat(new Ema(0.9999, 1, 0.75, 0).decay(s))
        .isCloseTo(ORACLE.number("ema/decays_0.9999_power0.75_s/" + s), within(1e-15));
  }

  @Test
  void gammaStretchesTheWarmUpAndPowerZeroIsNone() {
    assertThat(new Ema(0.9, 4, 0.5, 0).decay(13)).isEqualTo(1 - 0.5, within(1e-15));
    assertThat(new Ema(0.9, 4, 0, 0).decay(2)).isEqualTo(0.9);
    assertThat(new Ema(0.9, 4, 0, 0).decay(1)).isZero();
  }

  @Test
  void aRoundKeepsTheProductOverItsUpdates() {
    Ema ema = new Ema(0.9, 1, 2.0 / 3, 0);
    double[] shares = ORACLE.vector("ema/decays_s1_to_12");
    assertThat(ema.keep(new Shadow.Round(2, 3, false, null), 7))
        .isCloseTo(shares[2] * shares[3] * shares[4], within(1e-15));
    assertThat(ema.keep(new Shadow.Round(11, 1, true, null), 7))
        .isEqualTo(shares[11], within(1e-15));
    assertThat(ema.needsCourse()).isFalse();
    assertThat(ema.holdsRateFrom(FOUR_EPOCHS)).isEqualTo(-1);
  }

  @Test
  void theStochasticAverageCountsTheEndsOfItsEpochsAlike() {
    Swa swa = new Swa(0.6, true, 0.1);
    assertThat(keep(swa, 5, 5, true, 0)).isEqualTo(1); // ends at update 10, where it begins
    assertThat(keep(swa, 10, 5, true, 0)).isZero();
    assertThat(keep(swa, 14, 1, true, 1)).isEqualTo(0.5);
    assertThat(keep(swa, 15, 5, true, 3)).isEqualTo(0.75);
    assertThat(keep(swa, 15, 4, false, 3)).isEqualTo(1);
    assertThat(swa.needsCourse()).isTrue();
  }

  @Test
  void aShareThatFallsOnAnEpochsEndIsThatEpoch() {
    Course hundred = new Course(0.8, 0, 1000, 10);
    assertThat(new Swa(0.29, true, 0.1).holdsRateFrom(hundred)).isEqualTo(290);
    assertThat(new Swa(0.299, true, 0.1).holdsRateFrom(hundred)).isEqualTo(290);
  }

  private static double keep(Swa swa, long before, int updates, boolean endsEpoch, long samples) {
    return swa.keep(new Shadow.Round(before, updates, endsEpoch, FOUR_EPOCHS), samples);
  }

  @Test
  void theStochasticAverageHoldsTheRateOfItsFirstEpoch() {
    assertThat(new Swa(0.6, true, 0.1).holdsRateFrom(FOUR_EPOCHS)).isEqualTo(10);
    assertThat(new Swa(0, true, 0.1).holdsRateFrom(FOUR_EPOCHS)).isZero();
    assertThat(new Swa(0.6, false, 0.1).holdsRateFrom(FOUR_EPOCHS)).isEqualTo(-1);
  }

  @Test
  void oneOfYourOwnMeasuresNothingAnewAndHoldsNoRateUnlessItSaysSo() {
    Shadow own = (now, samples) -> 0.5;
    assertThat(own.recalibrate()).isZero();
    assertThat(own.needsCourse()).isFalse();
    assertThat(own.holdsRateFrom(new Course(1, 0, 10, 10))).isEqualTo(-1);
  }
}
