package io.millrace.epoch;

import org.apache.spark.Partition;

/**
 * One worker's part of one round.
 *
 * @param index number of the partition, round-major
 * @param round round of the epoch
 * @param worker worker
 */
record RoundPartition(int index, int round, int worker) implements Partition {
  /** All partitions of an epoch. */
  static Partition[] all(EpochShape shape) {
    Partition[] partitions = new Partition[Math.multiplyExact(shape.rounds(), shape.workers())];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new RoundPartition(i, i / shape.workers(), i % shape.workers());
    }
    return partitions;
  }
}
