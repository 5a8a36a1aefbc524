package io.millrace.predict;

import java.io.Serializable;
import java.util.TreeMap;

/**
 * What became of a chunk.
 *
 * @param rows predictions in its file
 * @param bad images in quarantine, by reason
 * @param unreadable why its source cannot be read, and there is no file of it; null if there is
 * @param nanos that it took
 */
record ChunkResult(long rows, TreeMap<String, Long> bad, String unreadable, long nanos)
    implements Serializable {
  long quarantined() {
    return bad.values().stream().mapToLong(Long::longValue).sum();
  }
}
