package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MetricTest {
  @ParameterizedTest
  @CsvSource({
    "TRAIN_LOSS, true, false",
    "VAL_LOSS, true, true",
    "VAL_TOP1, false, true",
    "VAL_TOP5, false, true"
  })
  void saysWhetherLessIsBetterAndWhetherItNeedsValidation(
      Metric metric, boolean loss, boolean validation) {
    assertThat(metric.isLoss()).isEqualTo(loss);
    assertThat(metric.isOfValidation()).isEqualTo(validation);
  }
}
