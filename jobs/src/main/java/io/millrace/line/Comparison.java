package io.millrace.line;

/**
 * Two models on one set of held-out images.
 *
 * @param night whose images they are
 * @param data fingerprint of the prepared set
 * @param table McNemar's
 * @param low lower bound of the 95 % interval of the difference in top-1, challenger less champion
 * @param high its upper bound
 * @param p of McNemar's exact test
 */
public record Comparison(
    String night, String data, Paired table, double low, double high, double p) {
  /** Compares two models by their answers. */
  public static Comparison of(String night, String data, Paired table, PairedBootstrap bootstrap) {
    PairedBootstrap.Interval interval = bootstrap.difference(table);
    return new Comparison(night, data, table, interval.low(), interval.high(), McNemar.p(table));
  }
}
