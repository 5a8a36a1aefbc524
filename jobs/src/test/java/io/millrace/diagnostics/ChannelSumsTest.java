package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Random;
import org.apache.commons.math3.stat.descriptive.moment.Mean;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against Commons Math's moments in doubles, whichever way the channels lie. */
class ChannelSumsTest {
  @ParameterizedTest
  @CsvSource({"1, 5", "1, 70000", "3, 200001", "16, 9000", "16, 1", "100, 777", "2000, 130"})
  void sumsAreThoseOfDoubles(int channels, int rows) {
    Random random = new Random(channels + rows);
    double[][] columns = new double[channels][rows];
    float[] inRows = new float[channels * rows];
    float[] inPlanes = new float[channels * rows];
    for (int c = 0; c < channels; c++) {
      float mean = c % 3 == 0 ? 1000 : 0.5f; // of which the deviation is a thousandth
      for (int r = 0; r < rows; r++) {
        float value = c % 5 == 4 ? 0 : mean + (float) random.nextGaussian();
        value = c % 3 == 1 ? Math.max(0, value) : value;
        columns[c][r] = value;
        inRows[r * channels + c] = value;
        inPlanes[c * rows + r] = value;
      }
    }
    ChannelSums byRows = new ChannelSums(channels);
    byRows.addRows(FloatBuffer.wrap(inRows));
    ChannelSums byPlanes = new ChannelSums(channels);
    byPlanes.addPlanes(FloatBuffer.wrap(inPlanes), rows);
    for (int c = 0; c < channels; c++) {
      double mean = new Mean().evaluate(columns[c]);
      double variance = new Variance(false).evaluate(columns[c]);
      for (ChannelSums sums : new ChannelSums[] {byRows, byPlanes}) {
        assertThat(sums.mean(c)).isCloseTo(mean, within(1e-6 * (1 + Math.sqrt(variance))));
        assertThat(sums.variance(c)).isCloseTo(variance, within(4e-6 * variance + 1e-8));
        assertThat(sums.isDead(c)).isEqualTo(variance == 0 && mean == 0);
      }
    }
    long zeros = 0;
    for (float value : inRows) {
      zeros += value == 0 ? 1 : 0;
    }
    double share = zeros / (double) inRows.length;
    assertThat(byRows.zeroShare()).isCloseTo(share, within(1e-12));
    assertThat(byPlanes.zeroShare()).isCloseTo(share, within(1e-12));
  }

  /** Of which some would be below 0 by rounding. */
  @Test
  void equalValuesDeviateByNothing() {
    int rows = 70001;
    float[] values = new float[rows];
    for (float value = 0.1f; value < 3; value += 0.1f) {
      Arrays.fill(values, value);
      ChannelSums byRows = new ChannelSums(1);
      byRows.addRows(FloatBuffer.wrap(values));
      ChannelSums byPlanes = new ChannelSums(1);
      byPlanes.addPlanes(FloatBuffer.wrap(values), rows);
      for (ChannelSums sums : new ChannelSums[] {byRows, byPlanes}) {
        assertThat(sums.variance(0)).isBetween(0.0, 1e-9);
        assertThat(sums.deviation()).isBetween(0.0, 1e-4);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1.4e-45", "-1.4e-45", "3.4e38", "-1", "1e-30"})
  void whateverIsNotZeroIsCounted(float value) {
    ChannelSums sums = new ChannelSums(2);
    sums.addRows(FloatBuffer.wrap(new float[] {value, 0, 0, -0f, value, 0}));
    assertThat(sums.isDead(0)).isFalse();
    assertThat(sums.isDead(1)).isTrue();
    assertThat(sums.zeroShare()).isCloseTo(4 / 6.0, within(1e-12));
  }
}
