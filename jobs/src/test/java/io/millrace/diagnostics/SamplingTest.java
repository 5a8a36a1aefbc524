package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingTest {
  private static List<Long> measured(Sampling sampling, int updates) {
    List<Long> found = new ArrayList<>();
    for (long update = 0; update < updates; update++) {
      if (sampling.measures(update, 1)) {
        found.add(update);
      }
    }
    return found;
  }

  private static Sampling of(double share, long perEpoch) {
    return new Sampling(List.of(new WeightNorm()), share, perEpoch);
  }

  @Test
  void theMiddleOfEachStretchOfEachEpochIsMeasured() {
    assertThat(measured(of(0.1, 35), 70)).containsExactly(5L, 15L, 25L, 40L, 50L, 60L);
  }

  @Test
  void anEpochShorterThanAStretchHasOne() {
    assertThat(measured(of(0.02, 7), 21)).containsExactly(3L, 10L, 17L);
    assertThat(measured(of(0.02, 1), 3)).containsExactly(0L, 1L, 2L);
  }

  @Test
  void allOrNone() {
    assertThat(measured(of(1, 4), 8)).hasSize(8);
    assertThat(measured(of(0, 4), 8)).isEmpty();
    assertThat(measured(Sampling.NONE, 8)).isEmpty();
    assertThat(measured(new Sampling(List.of(), 1, 4), 8)).isEmpty();
  }

  @Test
  void aRoundIsMeasuredIfOneOfItsUpdatesIs() {
    Sampling sampling = of(0.1, 100);
    assertThat(sampling.measures(0, 5)).isFalse();
    assertThat(sampling.measures(0, 6)).isTrue();
    assertThat(sampling.measures(5, 8)).isTrue();
    assertThat(sampling.measures(6, 8)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.01, 1.01, 3, Double.NaN})
  void aShareIsBetweenNothingAndAll(double share) {
    assertThatThrownBy(() -> of(share, 4))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Invalid share: " + share + " (must be between 0 and 1)");
  }
}
