package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import io.millrace.epoch.FeedReport;
import java.io.Serializable;
import java.util.List;

/**
 * What one worker did in one round; its weights it keeps as {@link SliceBlocks}.
 *
 * @param worker index of the worker
 * @param updates updates made
 * @param lost what was not finite; null if all was
 * @param statistics per batch norm its running means, then its variances
 * @param location the JVM that holds the replica and the slices
 * @param compute what it was computed with
 * @param feed which examples it used, and what was measured
 */
record WorkerResult(
    int worker,
    int updates,
    Lost lost,
    float[][] statistics,
    Location location,
    Compute compute,
    FeedReport feed)
    implements Serializable {
  /**
   * What was not finite.
   *
   * @param words what it is, with its update
   * @param update counted globally
   */
  record Lost(String words, long update) implements Serializable {}

  /**
   * Examples used, without those of skipped updates; 0 for a worker that had no others, whose
   * weights do not count.
   */
  long examples() {
    return feed.examples()
        - (long) feed.measures().sum(RoundReport.OVERFLOWN)
        - (long) feed.measures().sum(RoundReport.LEFT_OUT_EXAMPLES);
  }

  /** Updates that were not skipped. */
  int accepted() {
    return updates - overflows();
  }

  /** Updates skipped. */
  int overflows() {
    return (int) feed.measures().sum(RoundReport.OVERFLOWS);
  }

  /**
   * The results that a round is averaged of. Of a single update that overflowed on one worker it is
   * none: it is skipped on all.
   */
  static List<WorkerResult> used(List<WorkerResult> all) {
    boolean overflow = all.stream().anyMatch(result -> result.overflows() > 0);
    boolean single = all.stream().allMatch(result -> result.updates() <= 1);
    return overflow && single
        ? List.of()
        : all.stream().filter(result -> result.examples() > 0).toList();
  }
}
