package io.millrace.epoch;

import java.io.Serializable;

/**
 * How many examples and updates an epoch has; the same for every epoch of a run.
 *
 * <p>The epoch's sequence is cut into shares, equal to one example, of which every update takes the
 * same number of rows, {@code globalBatch / shares}. Worker {@code w} of W feeds on shares {@code
 * w, w + W, w + 2 W ...}: what stands in a global batch does not depend on how many workers there
 * are, as long as they divide the shares. The last update takes what is left, again equal to one
 * example, also among the workers.
 *
 * @param rows examples in the set
 * @param workers workers
 * @param batchPerWorker examples one worker uses for one update
 * @param shares shares of the sequence: a multiple of the workers that divides the global batch
 */
public record EpochShape(long rows, int workers, int batchPerWorker, int shares)
    implements Serializable {
  /** Shares that an epoch has, where the global batch allows it: they suit 2, 3, 4, 6, 8, 12. */
  private static final long USUAL = 24;

  public EpochShape {
    check("rows", rows);
    check("training.workers", workers);
    check("training.batchPerWorker", batchPerWorker);
    long globalBatch = (long) workers * batchPerWorker;
    if (shares < 1 || shares % workers != 0 || globalBatch % shares != 0) {
      throw new IllegalArgumentException(
          "Invalid shuffle.shares: %d (must be a multiple of training.workers, %d, that divides the global batch, %d)"
              .formatted(shares, workers, globalBatch));
    }
  }

  /** With a share for each worker. */
  public EpochShape(long rows, int workers, int batchPerWorker) {
    this(rows, workers, batchPerWorker, workers);
  }

  /**
   * The shares of a run that names none: {@code lcm(workers, gcd(globalBatch, 24))} where that
   * divides the global batch, else the workers.
   */
  public static int shares(int workers, int batchPerWorker) {
    long globalBatch = (long) workers * batchPerWorker;
    long usual = gcd(globalBatch, USUAL);
    long common = workers / gcd(workers, usual) * usual;
    return globalBatch % common == 0 ? Math.toIntExact(common) : workers;
  }

  private static long gcd(long a, long b) {
    return b == 0 ? a : gcd(b, a % b);
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

  /** Examples of one update in one share. */
  public int batchPerShare() {
    return (int) (globalBatch() / shares);
  }

  /** Updates of the epoch: {@code ceil(rows / globalBatch)}. */
  public int updates() {
    return Math.toIntExact((rows + globalBatch() - 1) / globalBatch());
  }

  /** Where a share begins in the epoch's sequence. */
  public long shareStart(int share) {
    return share * (rows / shares) + Math.min(share, rows % shares);
  }

  /** The share in which position {@code at} of the epoch's sequence lies. */
  public int shareAt(long at) {
    long small = rows / shares;
    long inLarge = (small + 1) * (rows % shares);
    return (int) (at < inLarge ? at / (small + 1) : rows % shares + (at - inLarge) / small);
  }

  /** Examples of a share. */
  public long shareRows(int share) {
    return shareStart(share + 1) - shareStart(share);
  }

  /** The most examples that a worker uses for an update: a batch, or all that it has. */
  public int largestMinibatch() {
    return examples(0, 0);
  }

  /** Examples that an update takes of a share; 0 only where fewer than {@code shares} are left. */
  public int shareExamples(int update, int share) {
    long left = shareRows(share) - (long) update * batchPerShare();
    return (int) Math.max(0, Math.min(batchPerShare(), left));
  }

  /**
   * Examples that a worker uses for an update; 0 only where fewer than {@code workers} are left.
   */
  public int examples(int update, int worker) {
    int examples = 0;
    for (int share = worker; share < shares; share += workers) {
      examples += shareExamples(update, share);
    }
    return examples;
  }

  /**
   * Minibatches of a worker in {@code updates} updates from {@code first} on: all but one that
   * leaves it empty.
   */
  public int minibatches(int first, int updates, int worker) {
    return updates - (examples(first + updates - 1, worker) == 0 ? 1 : 0);
  }
}
