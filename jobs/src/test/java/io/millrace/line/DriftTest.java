package io.millrace.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class DriftTest {
  private static final DriftConfig ANY = new DriftConfig(1, 1, 1, 1);

  private static DataFacts facts(
      List<String> classes, List<Long> images, List<Double> mean, long quarantined) {
    return new DataFacts("f", classes, images, 0, 0, mean, mean, quarantined);
  }

  @Test
  void sharesOfClassesAreComparedByName() {
    DataFacts before = facts(List.of("a", "b"), List.of(30L, 10L), List.of(0.5), 0);
    DataFacts more = facts(List.of("b", "a"), List.of(100L, 300L), List.of(0.5), 0);
    assertThat(Drift.between(before, more)).isEqualTo(new Drift(0, 0, 0, 0));
    DataFacts grown = facts(List.of("a", "b", "c"), List.of(30L, 10L, 40L), List.of(0.5), 0);
    assertThat(Drift.between(before, grown).classes()).isCloseTo(0.5, within(1e-15));
    DataFacts other = facts(List.of("c"), List.of(1L), List.of(0.5), 0);
    assertThat(Drift.between(before, other).classes()).isCloseTo(1, within(1e-15));
  }

  @Test
  void brightnessIsLumaAndGreyStandsForAllChannels() {
    DataFacts grey = facts(List.of("a"), List.of(1L), List.of(0.4), 0);
    DataFacts red = facts(List.of("a"), List.of(3L), List.of(0.9, 0.4, 0.4), 1);
    Drift drift = Drift.between(grey, red);
    assertThat(grey.brightness()).isCloseTo(0.4, within(1e-15));
    assertThat(drift.mean()).isCloseTo(0.5, within(1e-15));
    assertThat(drift.brightness()).isCloseTo(0.299 * 0.5, within(1e-15));
    assertThat(drift.quarantine()).isEqualTo(0.25);
  }

  @Test
  void aBoundThatIsPassedIsNamedWithItsKey() {
    Drift drift = new Drift(0.25, 0.1, -0.3, 0.02);
    assertThat(drift.beyond(ANY)).isEmpty();
    assertThat(drift.beyond(new DriftConfig(0.25, 0.1, 0.3, 0.02))).isEmpty();
    assertThat(drift.beyond(new DriftConfig(1, 1, 0.2, 0)))
        .contains(
            "the brightness moved by 0.300 since the night before, and line.drift.brightness allows"
                + " 0.2");
    assertThat(drift.beyond(new DriftConfig(1, 1, 1, 0.01)))
        .contains(
            "the share in quarantine moved by 0.020 since the night before, and"
                + " line.drift.quarantine allows 0.01");
  }
}
