package io.millrace.model.init;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class InputStatisticsTest {
  @Test
  void imagenetIsOfColourAndInceptionOfEither() {
    assertThat(InputStatistics.INCEPTION.mean(1)).containsExactly(0.5f);
    assertThat(InputStatistics.INCEPTION.deviation(3)).containsExactly(0.5f, 0.5f, 0.5f);
    assertThat(InputStatistics.INCEPTION.deviation(1)).containsExactly(0.5f);
    assertThat(InputStatistics.IMAGENET.deviation(3)).containsExactly(0.229f, 0.224f, 0.225f);
    assertThatThrownBy(() -> InputStatistics.IMAGENET.mean(1))
        .hasMessage(
            "Invalid init.normalization: imagenet (must be left out, or input.channels be 3, which repeats grey images in each channel)");
  }
}
