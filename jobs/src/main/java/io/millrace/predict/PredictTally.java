package io.millrace.predict;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What became of all chunks so far. Lives on the driver. */
final class PredictTally {
  private final Map<String, Long> reasons = new TreeMap<>();
  private final Set<String> unreadable = new TreeSet<>();
  private final long of;
  private long rows;
  private long before;
  private boolean began;
  private long first;
  private double counted;
  private long last;

  /**
   * Nothing so far.
   *
   * @param of images in all, about
   */
  PredictTally(long of) {
    this.of = of;
  }

  /** Images in all, about. */
  long of() {
    return of;
  }

  /** Takes in a chunk of an earlier run. */
  void before(ChunkResult result) {
    add(result);
    before += result.rows() + result.quarantined();
  }

  /**
   * Takes in a chunk that has just ended. Of its images those count to the pace that were done
   * since the first chunk ended, by the time that it took.
   *
   * @param now in ns
   */
  void ended(ChunkResult result, long now) {
    add(result);
    if (!began) {
      began = true;
      first = now;
    }
    last = now;
    double since = Math.min(1, (now - first) / Math.max(1.0, result.nanos()));
    counted += since * (result.rows() + result.quarantined());
  }

  private void add(ChunkResult result) {
    if (result.unreadable() != null) {
      unreadable.add(result.unreadable());
      return;
    }
    rows += result.rows();
    result.bad().forEach((reason, images) -> reasons.merge(reason, images, Long::sum));
  }

  long rows() {
    return rows;
  }

  long quarantined() {
    return reasons.values().stream().mapToLong(Long::longValue).sum();
  }

  long images() {
    return rows + quarantined();
  }

  Map<String, Long> reasons() {
    return reasons;
  }

  /** Images of earlier runs. */
  long earlier() {
    return before;
  }

  /** Images/s since the first chunk ended, as starting takes its own time. */
  double pace() {
    return counted == 0 ? Double.NaN : counted / ((last - first) / 1e9);
  }

  /**
   * Refuses to be whole where a file could not be read.
   *
   * @throws IllegalArgumentException naming it
   */
  void requireAll() {
    if (!unreadable.isEmpty()) {
      int more = unreadable.size() - 1;
      throw new IllegalArgumentException(
          "%s%s; all else is predicted"
              .formatted(
                  unreadable.iterator().next(), more == 0 ? "" : " (and %d more)".formatted(more)));
    }
  }
}
