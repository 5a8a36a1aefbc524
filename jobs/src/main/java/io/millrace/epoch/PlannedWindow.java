package io.millrace.epoch;

/**
 * The rows of one window of a worker's share, in the order of their use.
 *
 * @param first position of the window's first row in the share
 * @param blocks indices, in the data set, of the blocks that it reads
 * @param slots for each row, which of {@code blocks} it is in
 * @param rows for each row, its row in that block
 */
record PlannedWindow(long first, int[] blocks, int[] slots, int[] rows) {
  /** Rows in the window. */
  int size() {
    return rows.length;
  }

  /** Index in the data set of the block of row {@code i}. */
  int block(int i) {
    return blocks[slots[i]];
  }
}
