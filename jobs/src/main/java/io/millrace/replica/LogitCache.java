package io.millrace.replica;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Logits of a teacher by the example's id, shared by the replicas of a JVM. It never lets go of one
 * for another, so that what it holds is found again in every epoch. Thread-safe.
 */
final class LogitCache {
  private static final Map<String, LogitCache> OF_RUNS = new HashMap<>();

  private final Map<Long, float[]> logits = new ConcurrentHashMap<>();
  private final long entries;
  private int users;

  private LogitCache(long bytes, int classes) {
    entries = bytes / TeacherSpec.logitBytes(classes);
  }

  /** That of a run, for one more user, who is to {@link #leave} it. */
  static synchronized LogitCache join(String run, long bytes, int classes) {
    LogitCache cache = OF_RUNS.computeIfAbsent(run, name -> new LogitCache(bytes, classes));
    cache.users++;
    return cache;
  }

  /** One user has done with it; the last takes it away. */
  static synchronized void leave(String run) {
    OF_RUNS.computeIfPresent(run, (name, cache) -> --cache.users == 0 ? null : cache);
  }

  /** The logits of an example, null where they are not known. */
  float[] get(long id) {
    return logits.get(id);
  }

  /** Keeps logits, if there is room. */
  void put(long id, float[] row) {
    if (logits.size() < entries) {
      logits.put(id, row);
    }
  }

  /** Examples whose logits are known. */
  int size() {
    return logits.size();
  }
}
