package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecalibrationTest {
  /** In binary a tenth is a bit more than a tenth. */
  @ParameterizedTest
  @CsvSource({"0.1, 30, 3", "0.1, 31, 4", "0.3, 10, 3", "0.001, 30, 1", "1, 7, 7", "0.7, 10, 7"})
  void aShareOfAnEpochIsSoManyRounds(double share, int all, int rounds) {
    assertThat(Recalibration.rounds(share, all)).isEqualTo(rounds);
  }
}
