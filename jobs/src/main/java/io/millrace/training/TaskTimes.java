package io.millrace.training;

import io.millrace.cluster.FaultsConfig;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long a task may take: {@code max(floor, factor * median * updates)}, of the longest task of
 * each of the last 64 rounds for each of its updates. There is no limit in the first three rounds,
 * which load libraries and build replicas, and of which nobody knows how long they should take.
 * Lives on the driver.
 */
final class TaskTimes {
  private static final int LEAST = 3;
  private static final int KEPT = 64;
  private static final double NANOS = 1e9;

  private final FaultsConfig faults;
  private final Deque<Double> rounds = new ArrayDeque<>();

  TaskTimes(FaultsConfig faults) {
    this.faults = faults;
  }

  /** Takes in a round's longest task, in ns. */
  void roundEnded(long longest, int updates) {
    rounds.addLast((double) longest / Math.max(1, updates));
    if (rounds.size() > KEPT) {
      rounds.removeFirst();
    }
  }

  /** The limit of a task of so many updates, in ns; 0 for none. */
  long limit(int updates) {
    if (faults.timeFactor() == 0 || rounds.size() < LEAST) {
      return 0;
    }
    double[] sorted = rounds.stream().mapToDouble(each -> each).sorted().toArray();
    double median = sorted[sorted.length / 2];
    return (long) Math.max(faults.timeFloor() * NANOS, faults.timeFactor() * median * updates);
  }
}
