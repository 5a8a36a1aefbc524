package io.millrace.prepare;

import io.millrace.random.Keys;
import java.io.Serializable;

/**
 * Where an example stands in the shuffled set: by file, then by the unsigned hash of (seed, id).
 * The hash is a bijection of ids for each seed, so the order is full.
 */
record RowKey(int file, long hash, long id) implements Serializable, Comparable<RowKey> {

  static long hash(long seed, long id) {
    return Keys.mix(id ^ Keys.mix(seed + 0x9e3779b97f4a7c15L));
  }

  /** Which of {@code ranges} equal ranges of the unsigned hashes this lies in. */
  int range(int ranges) {
    return (int) ((hash >>> 33) * ranges >>> 31);
  }

  @Override
  public int compareTo(RowKey other) {
    int byFile = Integer.compare(file, other.file);
    int byHash = byFile != 0 ? byFile : Long.compareUnsigned(hash, other.hash);
    return byHash != 0 ? byHash : Long.compare(id, other.id);
  }
}
