package io.millrace.training;

import io.millrace.epoch.FeedReport;
import java.io.Serializable;

/**
 * What one round did and where its time went. Times of workers are sums over the workers; the
 * others are the driver's.
 *
 * @param round round of the epoch, from 0
 * @param firstUpdate global number of its first update
 * @param updates updates of each worker
 * @param firstRate learning rate of the first update, for parameters of no group; NaN where the
 *     network's own updater makes it
 * @param lastRate of the last
 * @param bytesDown bytes that each worker received
 * @param bytesUp bytes that each worker with examples sent
 * @param lossSum sum over the examples of the loss on the training targets, without L2
 * @param feed what feeding cost, over all workers
 * @param computeNanos forward, backward and update, in ns
 * @param serialiseNanos encoding and decoding of weights on workers, in ns
 * @param scheduleNanos the job's wall time less its longest task, in ns
 * @param aggregateNanos averaging, in ns
 * @param broadcastNanos encoding and broadcasting of the master weights, in ns
 * @param wallNanos the whole round, in ns
 */
public record RoundReport(
    int round,
    long firstUpdate,
    int updates,
    double firstRate,
    double lastRate,
    long bytesDown,
    long bytesUp,
    double lossSum,
    FeedReport feed,
    long computeNanos,
    long serialiseNanos,
    long scheduleNanos,
    long aggregateNanos,
    long broadcastNanos,
    long wallNanos)
    implements Serializable {}
