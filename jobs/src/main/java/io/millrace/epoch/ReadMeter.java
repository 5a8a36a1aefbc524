package io.millrace.epoch;

import java.util.concurrent.atomic.LongAdder;

/**
 * What storage reads for one worker have cost and nobody has reported yet. It outlives the feed, so
 * that what a dropped feed has read is reported too.
 */
final class ReadMeter {
  private final LongAdder bytes = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  void add(long bytesRead, long nanosTaken) {
    bytes.add(bytesRead);
    nanos.add(nanosTaken);
  }

  long takeBytes() {
    return bytes.sumThenReset();
  }

  long takeNanos() {
    return nanos.sumThenReset();
  }
}
