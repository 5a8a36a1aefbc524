package io.millrace.settings;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PortionTest {
  /** In binary 0.07 of 100 are a bit more than 7, and 0.29 of 100 a bit less than 29. */
  @ParameterizedTest
  @CsvSource({
    "0.1, 30, 3, 3",
    "0.1, 31, 3, 4",
    "0.07, 100, 7, 7",
    "0.3, 10, 3, 3",
    "0.001, 30, 0, 1",
    "0.7, 10, 7, 7",
    "0.29, 100, 29, 29",
    "0.299, 100, 29, 30",
    "0.1, 30000000000, 3000000000, 3000000000",
    "0, 7, 0, 0",
    "1, 7, 7, 7",
    "0.5, 0, 0, 0"
  })
  void aShareIsRoundedAsItIsWritten(double share, long count, long down, long up) {
    assertThat(Portion.floor(share, count)).isEqualTo(down);
    assertThat(Portion.ceil(share, count)).isEqualTo(up);
  }
}
