package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.model.ParameterSlot.Kind;
import io.millrace.wire.Measures;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where a bin begins, and that counts of several measurements add up. */
class BinsTest {
  private static final GradientHistogram OF = new GradientHistogram();

  private static Map<String, Double> counts(float[]... measured) {
    Measures read = new Measures();
    for (float[] values : measured) {
      Bins bins = new Bins();
      bins.count(values, values.length);
      bins.addTo("a", new Readings(OF, read));
    }
    return Bins.sorted(Readings.means(OF, read).get("a"));
  }

  @Test
  void zeroHasWhatIsSmallerThanTheLeastPower() {
    assertThat(counts(new float[] {0x1p-40f})).containsExactly(Map.entry("2^-40", 1.0));
    assertThat(counts(new float[] {Math.nextDown(0x1p-40f)})).containsExactly(Map.entry("0", 1.0));
    assertThat(counts(new float[] {-0.0f})).containsExactly(Map.entry("0", 1.0));
  }

  @Test
  void countsOfSeveralAddUp() {
    assertThat(counts(new float[] {1, 0}, new float[] {1.5f, 0, 0}))
        .containsExactly(Map.entry("0", 3.0), Map.entry("2^0", 2.0));
  }

  @Test
  void infinityHasTheLastBinOfItsSign() {
    assertThat(counts(new float[] {Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY}))
        .containsExactly(Map.entry("-2^128", 1.0), Map.entry("2^128", 1.0));
  }

  @Test
  void histogramsAreOfWeightsAlone() {
    assertThat(Bins.of(Kind.WEIGHT)).isTrue();
    assertThat(Bins.of(Kind.BIAS)).isFalse();
    assertThat(Bins.of(Kind.GAMMA)).isFalse();
  }

  @Test
  void aBinIsKnownByItsName() {
    assertThat(new String[] {"0", "2^-7", "-2^-7", "2^12"}).allMatch(Bins::isBin);
    assertThat(new String[] {"norm", "1", "2^", "-0"}).noneMatch(Bins::isBin);
  }
}
