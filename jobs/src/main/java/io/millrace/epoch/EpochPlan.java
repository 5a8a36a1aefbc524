package io.millrace.epoch;

import io.millrace.random.KeyedRandom;
import java.util.Arrays;

/**
 * Which example is in which update of which share: a pure function of (seed, epoch, rows of the
 * blocks, shape, window).
 *
 * <p>The blocks are permuted; their sequence is cut into contiguous shares; a share is cut into
 * windows of {@code window} blocks, whose rows are permuted among themselves. Update {@code u}
 * takes rows {@code u * batchPerShare ..} of every permuted share; nothing of this depends on the
 * number of workers, who have the shares among them ({@link EpochShape}). A row never leaves its
 * window, so that every block is read once and few are held; a block that a cut goes through is
 * read for both its shares.
 *
 * <p>Making a plan costs one permutation of the blocks; a window's permutation is made when it is
 * asked for.
 */
public final class EpochPlan {
  private static final long BLOCKS = 0x626c6f636b73L;
  private static final long ROWS = 0x726f7773L;

  private final long seed;
  private final long epoch;
  private final EpochShape shape;
  private final int window;
  private final int[] blocks;
  private final long[] starts;

  /**
   * Plans an epoch.
   *
   * @param seed seed of the run
   * @param epoch epoch, from 0
   * @param blockRows rows of each block of the set
   * @param shape shape of the epoch, for the sum of these rows
   * @param window blocks of a window
   */
  public EpochPlan(long seed, long epoch, int[] blockRows, EpochShape shape, int window) {
    if (window < 1) {
      throw new IllegalArgumentException("Invalid shuffle.window: " + window + " (must be >= 1)");
    }
    this.seed = seed;
    this.epoch = epoch;
    this.shape = shape;
    this.window = Math.min(window, blockRows.length);
    blocks = permutation(blockRows.length, new KeyedRandom().key(seed ^ BLOCKS, epoch, 0));
    starts = new long[blocks.length + 1];
    for (int i = 0; i < blocks.length; i++) {
      int rows = blockRows[blocks[i]];
      if (rows < 1) {
        throw new IllegalArgumentException(
            "Invalid rows of block " + blocks[i] + ": " + rows + " (must be >= 1)");
      }
      starts[i + 1] = starts[i] + rows;
    }
    if (starts[blocks.length] != shape.rows()) {
      throw new IllegalArgumentException(
          "Invalid rows: "
              + shape.rows()
              + " (must be "
              + starts[blocks.length]
              + ", the sum of"
              + " the blocks' rows)");
    }
  }

  /** The counts of the epoch. */
  public EpochShape shape() {
    return shape;
  }

  /** The window that holds row {@code position} of a permuted share. */
  public int windowAt(int share, long position) {
    long start = shape.shareStart(share);
    return (blockAt(start + position) - blockAt(start)) / window;
  }

  /** Windows of a share. */
  public int windows(int share) {
    return shape.shareRows(share) == 0 ? 0 : windowAt(share, shape.shareRows(share) - 1) + 1;
  }

  /** Window {@code index} of a share, in its permuted order. */
  public PlannedWindow window(int share, int index) {
    long shareStart = shape.shareStart(share);
    int first = blockAt(shareStart) + index * window;
    int end = Math.min(first + window, blockAt(shareStart + shape.shareRows(share) - 1) + 1);
    long from = Math.max(starts[first], shareStart);
    long to = Math.min(starts[end], shareStart + shape.shareRows(share));
    int[] order =
        permutation(
            Math.toIntExact(to - from),
            new KeyedRandom().key(seed ^ ROWS, epoch, ((long) share << 32) | index));
    int[] slots = new int[order.length];
    int[] rows = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      long at = from + order[i];
      int block = blockAt(at);
      slots[i] = block - first;
      rows[i] = (int) (at - starts[block]);
    }
    return new PlannedWindow(
        from - shareStart, Arrays.copyOfRange(blocks, first, end), slots, rows);
  }

  /** Place in the permuted sequence of the block that holds row {@code at} of the sequence. */
  private int blockAt(long at) {
    int place = Arrays.binarySearch(starts, at);
    return place >= 0 ? place : -place - 2;
  }

  /** A uniform permutation of {@code 0 .. n - 1} (Durstenfeld, Algorithm 235, 1964). */
  static int[] permutation(int n, KeyedRandom random) {
    int[] values = new int[n];
    for (int i = 0; i < n; i++) {
      int j = (int) Math.multiplyHigh(random.nextLong() >>> 1, 2L * (i + 1));
      values[i] = values[j];
      values[j] = i;
    }
    return values;
  }
}
