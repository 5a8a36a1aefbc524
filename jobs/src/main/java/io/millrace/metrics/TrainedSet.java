package io.millrace.metrics;

import io.millrace.dataset.Block;
import io.millrace.dataset.IdSum;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.state.Tally;

/**
 * What an epoch has to train: the training split as its manifest counts it.
 *
 * @param examples examples in the set
 * @param idSumHigh high half of the order-free 128-bit hash of their ids (a sum of hashes modulo
 *     2^128)
 * @param idSumLow low half of it
 * @param bytes bytes of its blocks on storage
 */
public record TrainedSet(long examples, long idSumHigh, long idSumLow, long bytes) {

  /** The training split of a prepared data set. */
  public static TrainedSet of(PreparedDataset dataset) {
    IdSum ids = dataset.idSum(Split.TRAIN);
    long bytes = dataset.blocks(Split.TRAIN).stream().mapToLong(Block::bytes).sum();
    return new TrainedSet(dataset.rows(Split.TRAIN), ids.high(), ids.low(), bytes);
  }

  /**
   * The number of distinct examples trained, which is all of them or an error: equal count and
   * equal hash say that each example was trained exactly once.
   *
   * @throws IllegalStateException if other examples were trained than are in the set
   */
  long distinct(int epoch, Tally fed) {
    if (fed.examples() != examples) {
      throw new IllegalStateException(
          "Cannot end epoch %d: %d examples were trained (must be the %d of the set)"
              .formatted(epoch, fed.examples(), examples));
    }
    if (fed.idSumHigh() != idSumHigh || fed.idSumLow() != idSumLow) {
      throw new IllegalStateException(
          "Cannot end epoch %d: hash %016x%016x of the ids trained (must be the set's %016x%016x)"
              .formatted(epoch, fed.idSumHigh(), fed.idSumLow(), idSumHigh, idSumLow));
    }
    return examples;
  }
}
