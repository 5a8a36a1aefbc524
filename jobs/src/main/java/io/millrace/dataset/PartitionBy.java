package io.millrace.dataset;

import java.io.Serializable;
import org.apache.spark.Partitioner;

/** A partitioner by a rule; two are equal only if they are the same object. */
public final class PartitionBy<K> extends Partitioner {
  private static final long serialVersionUID = 1;

  private final int partitions;
  private final Rule<K> rule;

  /** The partition of a key, 0 to partitions - 1. */
  public interface Rule<K> extends Serializable {
    int partition(K key, int partitions);
  }

  public PartitionBy(int partitions, Rule<K> rule) {
    this.partitions = partitions;
    this.rule = rule;
  }

  @Override
  public int numPartitions() {
    return partitions;
  }

  @Override
  @SuppressWarnings("unchecked") // the keys of the RDD that this is made for
  public int getPartition(Object key) {
    return rule.partition((K) key, partitions);
  }
}
