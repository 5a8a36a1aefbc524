package io.millrace.training;

import java.util.List;

/**
 * The workers' results of one round, averaged.
 *
 * @param results of every worker, in worker order
 * @param average averaged slices, fp32: weights, or with bf16 the average difference
 * @param scheduleNanos wall time of the Spark job less its longest task, in ns
 * @param aggregateNanos averaging, in ns; of executors together with the shuffle
 */
record Reduction(
    List<WorkerResult> results, byte[][] average, long scheduleNanos, long aggregateNanos) {
  /** Time of the longest task, in ns. */
  static long longest(List<WorkerResult> results) {
    return (long)
        results.stream()
            .mapToDouble(result -> result.feed().measures().sum(RoundReport.TASK))
            .max()
            .orElse(0);
  }
}
