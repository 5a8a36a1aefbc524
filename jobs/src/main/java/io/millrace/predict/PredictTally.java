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
  private long first = -1;
  private long counted;
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

  /** Takes in a chunk that has just ended. */
  void ended(ChunkResult result) {
    add(result);
    last = System.nanoTime();
    if (first < 0) {
      first = last;
    } else {
      counted += result.rows() + result.quarantined();
    }
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

  /** Images/s of all chunks behind the first one to end, since starting takes its own time. */
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
