package io.millrace.epoch;

import io.millrace.dataset.EncodedBlock;

/** A worker's share of an epoch read as training reads it, for the benchmark of the shuffle. */
public final class WindowedRead {
  private WindowedRead() {}

  /** Reads a worker's share of the last epoch of {@code spec} and touches each of its images. */
  public static long sum(FeedSpec spec, int worker) throws Exception {
    int epoch = spec.epochs() - 1;
    long sum = 0;
    try (var reader = new WindowReader(spec, worker, new ReadMeter(), spec.run() + "-" + worker)) {
      for (int update = 0; update < spec.shape().updates(); update++) {
        EncodedRows rows = reader.order(epoch, update).rows();
        for (int i = 0; i < rows.size(); i++) {
          sum += sum(rows.data(i), rows.offset(i), rows.offset(i) + rows.length(i));
        }
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
