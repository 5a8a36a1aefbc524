package io.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class PooledStatisticsTest {
  private static final double[][] MINIBATCHES = {{1, 3}, {2, 6, 10}, {-4}, {7, 7, 8, 0.5}};

  /** Of the values as they are, and of them times -3 as a second channel. */
  private static double[] measured(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance =
        Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    return new double[] {mean, -3 * mean, variance, 9 * variance};
  }

  private static PooledStatistics of(int from, int to) {
    PooledStatistics pooled = new PooledStatistics(2);
    for (int i = from; i < to; i++) {
      pooled.add(measured(MINIBATCHES[i]), MINIBATCHES[i].length);
    }
    return pooled;
  }

  private static void assertAll(PooledStatistics pooled) {
    double[] all = Arrays.stream(MINIBATCHES).flatMapToDouble(DoubleStream::of).toArray();
    assertThat(pooled.measured()).containsExactly(measured(all), within(1e-12));
  }

  @Test
  void areThoseOfAllExamplesTogether() {
    assertAll(of(0, 4));
  }

  @Test
  void ofTwoAreThoseOfBothTogether() {
    for (int cut = 0; cut <= 4; cut++) {
      PooledStatistics first = of(0, cut);
      first.add(of(cut, 4));
      assertAll(first);
    }
    PooledStatistics none = of(0, 0);
    none.add(of(0, 0));
    none.add(of(0, 2));
    none.add(of(2, 4));
    assertAll(none);
  }
}
