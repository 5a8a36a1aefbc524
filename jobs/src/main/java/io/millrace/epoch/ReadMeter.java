package io.millrace.epoch;

import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * What storage reads for one worker have cost and nobody has reported yet, by the epoch that they
 * serve: what is read ahead counts when its epoch has come. It outlives the feed, so that what a
 * dropped feed has read is reported too. Any thread may call it.
 */
final class ReadMeter {
  /**
   * What reading cost.
   *
   * @param bytes bytes read
   * @param nanos time it took, in ns
   */
  record Cost(long bytes, long nanos) {
    Cost plus(Cost other) {
      return new Cost(bytes + other.bytes, nanos + other.nanos);
    }
  }

  private final NavigableMap<Integer, Cost> unreported = new TreeMap<>();

  synchronized void add(int epoch, long bytes, long nanos) {
    unreported.merge(epoch, new Cost(bytes, nanos), Cost::plus);
  }

  /** What reads for this epoch and those before it have cost since the last call. */
  synchronized Cost take(int epoch) {
    Collection<Cost> costs = unreported.headMap(epoch, true).values();
    Cost sum = costs.stream().reduce(new Cost(0, 0), Cost::plus);
    costs.clear();
    return sum;
  }
}
