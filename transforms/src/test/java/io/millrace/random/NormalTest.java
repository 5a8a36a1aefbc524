package io.millrace.random;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NormalTest {
  /** By Python's {@code statistics.NormalDist().inv_cdf}. */
  @ParameterizedTest
  @CsvSource({
    "0.5, 0",
    "0.6, 0.2533471031357998",
    "0.9, 1.2815515655446008",
    "0.075, -1.4395314709384563",
    "0.92, 1.4050715603096329",
    "0.975, 1.9599639845400536",
    "0.001, -3.090232306167813",
    "0.00001, -4.264890793922825"
  })
  void quantilesAreThoseOfTheDistribution(double p, double quantile) {
    assertThat(Normal.quantile(p)).isCloseTo(quantile, within(1e-12));
  }

  @Test
  void partsAreTheMiddlesOfEquallyLikelyOnes() {
    double sum = 0;
    double squares = 0;
    for (int part = 0; part < Normal.PARTS; part++) {
      float value = Normal.quantile(part);
      assertThat(value).isEqualTo((float) Normal.quantile((part + 0.5) / Normal.PARTS));
      sum += value;
      squares += (double) value * value;
    }
    assertThat(sum / Normal.PARTS).isCloseTo(0, within(1e-9));
    assertThat(Math.sqrt(squares / Normal.PARTS)).isBetween(1 - 2e-4, 1.0);
  }
}
