package io.millrace.prepare;

import org.apache.spark.Partitioner;

/** Cuts the content hashes into equal ranges: equal images go to one partition. */
final class ContentRanges extends Partitioner {
  private static final long serialVersionUID = 1;
  private final int partitions;

  ContentRanges(int partitions) {
    this.partitions = partitions;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  public int getPartition(Object key) {
    return (int) (((ContentKey) key).content().fraction() * partitions);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ContentRanges that && partitions == that.partitions;
  }

  @Override
  public int hashCode() {
    return partitions;
  }
}
