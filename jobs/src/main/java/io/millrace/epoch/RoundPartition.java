package io.millrace.epoch;

import org.apache.spark.Partition;

/**
 * One worker's part of one round.
 *
 * @param index number of the partition, round-major
 * @param worker worker
 * @param first first update of the round, counted from the start of the epoch
 * @param updates updates of the round
 */
record RoundPartition(int index, int worker, int first, int updates) implements Partition {
  /** All partitions of an epoch. */
  static Partition[] all(RoundCut cut, int workers) {
    Partition[] partitions = new Partition[Math.multiplyExact(cut.rounds(), workers)];
    for (int i = 0; i < partitions.length; i++) {
      int round = i / workers;
      partitions[i] =
          new RoundPartition(i, i % workers, cut.firstUpdate(round), cut.updates(round));
    }
    return partitions;
  }
}
