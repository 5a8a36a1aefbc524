package io.millrace.prepare;

import org.apache.spark.Partitioner;

/** Cuts the unsigned 64-bit hashes into equal ranges, in order. */
final class HashRanges extends Partitioner {
  private static final long serialVersionUID = 1;
  private final int partitions;

  HashRanges(int partitions) {
    this.partitions = partitions;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    return (int) (((((RowKey) key).hash() >>> 33) * partitions) >>> 31);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HashRanges that && partitions == that.partitions;
  }

  @Override
  public int hashCode() {
    return partitions;
  }
}
