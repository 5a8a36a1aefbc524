package io.millrace.epoch;

import java.util.Iterator;
import org.nd4j.linalg.dataset.DataSet;

/**
 * The minibatches of one (round, worker), prepared in the background. A {@code DataSet} is valid
 * until the next call of {@link #next()}: its buffers are used again. Features have the logical
 * shape [N, C, H, W] over an NHWC buffer.
 */
public interface MinibatchIterator extends Iterator<DataSet>, AutoCloseable {
  /** What feeding cost so far. */
  FeedReport report();

  @Override
  void close();
}
