package io.millrace.epoch;

import java.io.Serializable;

/**
 * How many examples and updates an epoch has; the same for every epoch of a run.
 *
 * <p>Worker {@code w} owns a share of the epoch's sequence, equal to that of the others to one
 * example, and takes {@code batchPerWorker} rows of it for every update. The last update takes what
 * is left, again equal to one example.
 *
 * @param rows examples in the set
 * @param workers workers
 * @param batchPerWorker examples one worker uses for one update
 */
public record EpochShape(long rows, int workers, int batchPerWorker) implements Serializable {
  public EpochShape {
    check("rows", rows);
    check("training.workers", workers);
    check("training.batchPerWorker", batchPerWorker);
  }

  private static void check(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException("Invalid " + name + ": " + value + " (must be >= 1)");
    }
  }

  /** Examples of one update over all workers; the last update may have fewer. */
  public long globalBatch() {
    return (long) workers * batchPerWorker;
  }

  /** Updates of the epoch: {@code ceil(rows / globalBatch)}. */
  public int updates() {
    return Math.toIntExact((rows + globalBatch() - 1) / globalBatch());
  }

  /** Where a worker's share begins in the epoch's sequence. */
  public long shareStart(int worker) {
    return worker * (rows / workers) + Math.min(worker, rows % workers);
  }

  /** The worker in whose share position {@code at} of the epoch's sequence lies. */
  public int workerAt(long at) {
    long small = rows / workers;
    long inLarge = (small + 1) * (rows % workers);
    return (int) (at < inLarge ? at / (small + 1) : rows % workers + (at - inLarge) / small);
  }

  /** Examples of a worker's share. */
  public long shareRows(int worker) {
    return shareStart(worker + 1) - shareStart(worker);
  }

  /** The most examples that a worker uses for an update: a batch, or all of its share. */
  public int largestMinibatch() {
    return (int) Math.min(batchPerWorker, shareRows(0));
  }

  /**
   * Examples that a worker uses for an update; 0 only where fewer than {@code workers} are left.
   */
  public int examples(int update, int worker) {
    long left = shareRows(worker) - (long) update * batchPerWorker;
    return (int) Math.max(0, Math.min(batchPerWorker, left));
  }

  /**
   * Minibatches of a worker in {@code updates} updates from {@code first} on: all but one that
   * leaves it empty.
   */
  public int minibatches(int first, int updates, int worker) {
    return updates - (examples(first + updates - 1, worker) == 0 ? 1 : 0);
  }
}
