package io.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchStatisticsTest {
  private static final double DECAY = 0.9;
  private static final float MEAN = 0.3f;
  private static final float VARIANCE = 2f;

  /** After one update the merged statistics are those of one process on the global batch. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void oneUpdateIsExact(boolean logDeviation) {
    Random random = new Random(1);
    double[][] shares = {random.doubles(7, -1, 3).toArray(), random.doubles(4, 0, 9).toArray()};
    double[] all = new double[11];
    System.arraycopy(shares[0], 0, all, 0, 7);
    System.arraycopy(shares[1], 0, all, 7, 4);
    float[][] workers = {running(shares[0], logDeviation), running(shares[1], logDeviation)};
    float[] merged =
        new BatchStatistics(0, 1, DECAY, logDeviation).merge(workers, new long[] {7, 4}, 1);
    float[] whole = running(all, logDeviation);
    assertThat(merged[0]).isCloseTo(whole[0], within(1e-6f));
    assertThat(merged[1]).isCloseTo(whole[1], within(2e-6f));
  }

  /** Over several updates of equal shares the expectation is that of the global batch. */
  @ParameterizedTest
  @ValueSource(ints = {2, 5, 20})
  void moreUpdatesAreExactInExpectation(int updates) {
    Random random = new Random(2);
    double merged = 0;
    double whole = 0;
    int trials = 20_000;
    for (int trial = 0; trial < trials; trial++) {
      double[][] state = {{0, 1}, {0, 1}, {0, 1}};
      for (int update = 0; update < updates; update++) {
        double[] a = {random.nextGaussian(), random.nextGaussian()};
        double[] b = {random.nextGaussian(), random.nextGaussian()};
        step(state[0], a);
        step(state[1], b);
        step(state[2], new double[] {a[0], a[1], b[0], b[1]});
      }
      float[][] workers = {floats(state[0]), floats(state[1])};
      merged +=
          new BatchStatistics(0, 1, DECAY, false).merge(workers, new long[] {2, 2}, updates)[1];
      whole += state[2][1];
    }
    assertThat(merged / trials).isCloseTo(whole / trials, within(5e-3));
  }

  /** With c = (1 + 0.5) / ((1 - 0.5)(1 + 0.25)) = 2.4. */
  @Test
  void mergedByHand() {
    BatchStatistics norm = new BatchStatistics(0, 2, 0.5, false);
    float[][] workers = {{1, 2, 4, 8}, {3, -2, 10, 2}};
    assertThat(norm.merge(workers, new long[] {3, 1}, 2))
        .containsExactly(
            new float[] {1.5f, 1, 5.5f + 2.4f * 0.75f, 6.5f + 2.4f * 3}, within(1e-6f));
    float[][] logs = {{1, 2, 1, 0.5f}, {3, -2, 0, 0}};
    assertThat(new BatchStatistics(0, 2, 0.5, true).merge(logs, new long[] {3, 1}, 2))
        .containsExactly(
            new float[] {
              1.5f,
              1,
              (float) Math.log10(Math.sqrt(301 / 4.0 + 2.4 * 0.75)),
              (float) Math.log10(Math.sqrt(31 / 4.0 + 2.4 * 3))
            },
            within(1e-6f));
  }

  @Test
  void equalStatisticsStayAsTheyAreToTheBit() {
    for (boolean log : new boolean[] {false, true}) {
      BatchStatistics norm = new BatchStatistics(0, 2, 0.9, log);
      float[] same = {0.1f, 0.7f, 0.3f, 1.1f};
      float[][] workers = {same, same.clone(), same.clone()};
      assertThat(norm.merge(workers, new long[] {3, 1, 7}, 4)).isEqualTo(same);
    }
    // Only means differ, only variances differ, and only those of the last worker.
    BatchStatistics norm = new BatchStatistics(0, 2, 0.5, false);
    float[][] workers = {{1, 2, 4, 8}, {1, 2, 4, 8}, {4, 2, 4, 2}};
    assertThat(norm.merge(workers, new long[] {1, 1, 1}, 2))
        .containsExactly(new float[] {2, 2, 4 + 2.4f * 2, 6}, within(1e-6f));
  }

  @Test
  void aMinibatchIsMeasuredByTheStepFromBlankStatistics() {
    BatchStatistics plain = new BatchStatistics(0, 2, 0.5, false);
    assertThat(plain.blank()).containsExactly(0, 0, 0, 0);
    assertThat(plain.ofMinibatch(new float[] {-1.5f, 1, -2, -0.25f}))
        .containsExactly(3, -2, 4, 0.5);
    BatchStatistics log = new BatchStatistics(0, 2, 0.75, true);
    assertThat(log.blank()).containsExactly(0, 0, -5, -5);
    // Of variances 4, and 3e-10: nothing beside, and beside 1e-10.
    float[] step = {-0.75f, 0.5f, stepFromBlank(4), stepFromBlank(3e-10)};
    double[] measured = log.ofMinibatch(step);
    assertThat(measured).hasSize(4).startsWith(3, -2);
    assertThat(measured[2]).isCloseTo(4, within(4e-5));
    assertThat(measured[3]).isCloseTo(3e-10, within(4e-15));
  }

  private static float stepFromBlank(double variance) {
    return (float) (-5 - Math.log10(Math.sqrt(0.75 * 1e-10 + 0.25 * variance)));
  }

  @Test
  void variancesAreStoredAsTheNormKeepsThem() {
    double[] measured = {3, -2, 4, 100};
    assertThat(new BatchStatistics(0, 2, 0.5, false).stored(measured))
        .containsExactly(3, -2, 4, 100);
    assertThat(new BatchStatistics(0, 2, 0.5, true).stored(measured))
        .containsExactly(new float[] {3, -2, (float) Math.log10(2), 1}, within(1e-7f));
  }

  private static float[] running(double[] batch, boolean logDeviation) {
    double[] state = {MEAN, VARIANCE};
    step(state, batch);
    return new float[] {
      (float) state[0], (float) (logDeviation ? Math.log10(Math.sqrt(state[1])) : state[1])
    };
  }

  private static void step(double[] state, double[] batch) {
    double mean = java.util.Arrays.stream(batch).average().orElseThrow();
    double variance =
        java.util.Arrays.stream(batch).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    state[0] = DECAY * state[0] + (1 - DECAY) * mean;
    state[1] = DECAY * state[1] + (1 - DECAY) * variance;
  }

  private static float[] floats(double[] values) {
    return new float[] {(float) values[0], (float) values[1]};
  }

  /** Also where the square of a deviation is too small for a double. */
  @Test
  void equalStatisticsAndThoseOfOneWorkerStayAsTheyAre() {
    BatchStatistics norm = new BatchStatistics(0, 1, DECAY, true);
    float[] own = {0.1f, -200f};
    assertThat(norm.merge(new float[][] {own}, new long[] {5}, 1)).containsExactly(own);
    assertThat(norm.merge(new float[][] {own, own.clone()}, new long[] {5, 2}, 3))
        .containsExactly(own);
  }
}
