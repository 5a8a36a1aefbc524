package io.millrace.epoch;

import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import java.io.IOException;
import java.util.List;

/** A worker's share of an epoch read as training reads it, for the benchmark of the shuffle. */
public final class WindowedRead {
  private WindowedRead() {}

  /** Reads every window of a worker and touches each image in the planned order. */
  public static long sum(EpochPlan plan, int worker, List<Block> blocks, BlockReader reader)
      throws IOException {
    long sum = 0;
    for (int w = 0; w < plan.windows(worker); w++) {
      PlannedWindow window = plan.window(worker, w);
      EncodedBlock[] loaded = new EncodedBlock[window.blocks().length];
      for (int i = 0; i < loaded.length; i++) {
        loaded[i] = reader.read(blocks.get(window.blocks()[i]));
      }
      for (int i = 0; i < window.size(); i++) {
        sum += sum(loaded[window.slots()[i]], window.rows()[i]);
      }
    }
    return sum;
  }

  /** The sum of the bytes of one image: the work that every side of the benchmark does. */
  public static long sum(EncodedBlock block, int row) {
    return sum(block.data(), block.offsets()[row], block.offsets()[row + 1]);
  }

  /** The sum of {@code data[from .. to)}. */
  public static long sum(byte[] data, int from, int to) {
    long sum = 0;
    for (int i = from; i < to; i++) {
      sum += data[i];
    }
    return sum;
  }
}
