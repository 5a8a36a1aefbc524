package io.millrace.state;

import io.millrace.wire.Measures;

/**
 * What the rounds of an epoch have come to so far, in the order in which they were trained: the
 * sums of doubles among it go on bit for bit where they were left.
 *
 * @param rounds rounds in it
 * @param update global number of the update after them
 * @param firstRate rate of the first update of the first of them
 * @param lastRate rate of the last update of the last of them
 * @param examples examples trained
 * @param idSumHigh high half of the order-free 128-bit hash of their ids
 * @param idSumLow low half of it
 * @param measures all that was measured
 */
public record Tally(
    int rounds,
    long update,
    double firstRate,
    double lastRate,
    long examples,
    long idSumHigh,
    long idSumLow,
    Measures measures) {
  /** Of no rounds. */
  public static final Tally NOTHING =
      new Tally(0, 0, Double.NaN, Double.NaN, 0, 0, 0, new Measures());

  /** Copies the measures. */
  public Tally {
    measures = new Measures().add(measures);
  }
}
