package io.millrace.prepare;

import org.apache.spark.Partitioner;

/** Sends a key to the partition that it names. */
final class PartitionByNumber extends Partitioner {
  private static final long serialVersionUID = 1;
  private final int partitions;

  PartitionByNumber(int partitions) {
    this.partitions = partitions;
  }

  /** A key that names its partition. */
  interface Numbered {
    int partition();
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    return ((Numbered) key).partition();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PartitionByNumber that && partitions == that.partitions;
  }

  @Override
  public int hashCode() {
    return partitions;
  }
}
