package io.millrace.prepare;

import java.io.Serializable;

/** A row's place in the source as Spark reads it. */
record SourcePlace(int partition, int index) implements Serializable, Comparable<SourcePlace> {
  @Override
  public int compareTo(SourcePlace other) {
    int byPartition = Integer.compare(partition, other.partition);
    return byPartition != 0 ? byPartition : Integer.compare(index, other.index);
  }
}
