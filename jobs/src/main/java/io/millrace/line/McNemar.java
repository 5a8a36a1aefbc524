package io.millrace.line;

import org.apache.commons.math3.special.Beta;

/**
 * The exact test of whether two models that were tried on the same examples err alike.
 *
 * <p>Source: Quinn McNemar, "Note on the sampling error of the difference between correlated
 * proportions or percentages", Psychometrika 12, 1947; exact as in statsmodels' {@code
 * mcnemar(exact=True)}.
 */
public final class McNemar {
  private McNemar() {}

  /**
   * The probability of a table at least as lopsided were both equally good: {@code p = min(1, 2 P(X
   * <= min(gained, lost)))} with {@code X ~ Binomial(gained + lost, 1/2)}. 1 where they never
   * differ.
   */
  public static double p(Paired table) {
    long differ = table.gained() + table.lost();
    long fewer = Math.min(table.gained(), table.lost());
    if (2 * fewer >= differ) {
      return 1;
    }
    // P(X <= k) = I_1/2(n - k, k + 1)
    return Math.min(1, 2 * Beta.regularizedBeta(0.5, (double) (differ - fewer), fewer + 1.0));
  }
}
