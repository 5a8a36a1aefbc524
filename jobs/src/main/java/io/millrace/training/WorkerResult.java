package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import io.millrace.epoch.FeedReport;
import java.io.Serializable;

/**
 * What one worker did in one round; its weights it keeps as {@link SliceBlocks}.
 *
 * @param worker index of the worker
 * @param updates updates made
 * @param lost in words what was not finite, with its update; null if all was
 * @param statistics per batch norm its running means, then its variances
 * @param location the JVM that holds the replica and the slices
 * @param compute what it was computed with
 * @param feed which examples it used, and what was measured
 */
record WorkerResult(
    int worker,
    int updates,
    String lost,
    float[][] statistics,
    Location location,
    Compute compute,
    FeedReport feed)
    implements Serializable {
  /** Examples used; 0 for a worker that had none, whose weights do not count. */
  long examples() {
    return feed.examples();
  }
}
