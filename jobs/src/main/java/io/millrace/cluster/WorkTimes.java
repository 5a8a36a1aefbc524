package io.millrace.cluster;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How long work may take, by how long work like it took: {@code max(floor, factor * median *
 * steps)}, of what a step came to in each of the last 64 pieces of work. There is no limit before
 * the fourth, as the first load libraries and build replicas, and nobody knows how long they should
 * take.
 */
public final class WorkTimes {
  private static final int LEAST = 3;
  private static final int KEPT = 64;
  private static final double NANOS = 1e9;

  private final Deque<Double> steps = new ArrayDeque<>();

  /** Takes in how long work of so many steps took, in ns. */
  public synchronized void took(long nanos, int ofSteps) {
    steps.addLast((double) nanos / Math.max(1, ofSteps));
    if (steps.size() > KEPT) {
      steps.removeFirst();
    }
  }

  /** The limit for work of so many steps, in ns; 0 for none. */
  public synchronized long limit(FaultsConfig faults, int ofSteps) {
    if (faults.timeFactor() == 0 || steps.size() < LEAST) {
      return 0;
    }
    double[] sorted = steps.stream().mapToDouble(each -> each).sorted().toArray();
    double median = sorted[sorted.length / 2];
    return (long) Math.max(faults.timeFloor() * NANOS, faults.timeFactor() * median * ofSteps);
  }
}
