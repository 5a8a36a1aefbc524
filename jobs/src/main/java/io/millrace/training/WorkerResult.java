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
 * @param examples examples used; 0 for a worker that had none, whose weights do not count
 * @param updates updates made
 * @param bytesUp bytes of its slices
 * @param lossSum sum over the examples of the loss, without L2
 * @param lost in words what was not finite, with its update; null if all was
 * @param statistics per batch norm its running means, then its variances
 * @param location the JVM that holds the replica and the slices
 * @param compute what it was computed with
 * @param feed what feeding cost
 * @param computeNanos forward, backward and update, in ns
 * @param serialiseNanos copying weights in and out, in ns
 * @param taskNanos the whole task, in ns
 */
record WorkerResult(
    int worker,
    long examples,
    int updates,
    long bytesUp,
    double lossSum,
    String lost,
    float[][] statistics,
    Location location,
    Compute compute,
    FeedReport feed,
    long computeNanos,
    long serialiseNanos,
    long taskNanos)
    implements Serializable {}
