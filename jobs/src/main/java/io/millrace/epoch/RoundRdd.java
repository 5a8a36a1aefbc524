package io.millrace.epoch;

/**
 * An {@code RDD<DataSet>} whose partitions are numbered round-major: partition {@code round *
 * workers() + worker} holds that worker's minibatches of that round, in order. The training master
 * runs one job a round on such an RDD.
 */
public interface RoundRdd {
  /** Workers: partitions of one round. */
  int workers();

  /** Rounds of the epoch. */
  int rounds();

  /** Updates of round {@code round}. */
  int updates(int round);
}
