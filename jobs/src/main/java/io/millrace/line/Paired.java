package io.millrace.line;

/**
 * How two models did on the same examples: McNemar's table.
 *
 * @param both examples that both have right
 * @param gained those that the challenger alone has right
 * @param lost those that the champion alone has right
 * @param neither those that both have wrong
 */
public record Paired(long both, long gained, long lost, long neither) {
  /** Checks the counts. */
  public Paired {
    if (both < 0 || gained < 0 || lost < 0 || neither < 0) {
      throw new IllegalArgumentException(
          "Invalid table: %d, %d, %d, %d (must be >= 0)".formatted(both, gained, lost, neither));
    }
  }

  /**
   * The table of two lists of answers on the same examples in the same order.
   *
   * @throws IllegalArgumentException for lists of different lengths
   */
  public static Paired of(boolean[] challenger, boolean[] champion) {
    if (challenger.length != champion.length) {
      throw new IllegalArgumentException(
          "Cannot pair %d answers with %d".formatted(challenger.length, champion.length));
    }
    long[] counts = new long[4];
    for (int i = 0; i < challenger.length; i++) {
      counts[(challenger[i] ? 0 : 2) + (champion[i] ? 0 : 1)]++;
    }
    return new Paired(counts[0], counts[1], counts[2], counts[3]);
  }

  /** Examples in all. */
  public long examples() {
    return both + gained + lost + neither;
  }

  /** Share of the examples that the challenger has right; not a number where there are none. */
  public double challenger() {
    return (double) (both + gained) / examples();
  }

  /** Share of the examples that the champion has right; not a number where there are none. */
  public double champion() {
    return (double) (both + lost) / examples();
  }

  /** {@code (gained - lost) / examples}: top-1 of the challenger less that of the champion. */
  public double difference() {
    return (double) (gained - lost) / examples();
  }
}
