package io.millrace.recipe;

import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;

/** A learning rate as a pure function of the update. */
@FunctionalInterface
public interface Schedule extends Serializable {
  /** The rate of update {@code update}, counted from 0. */
  double rate(long update);

  /** A rate for people: at most six significant digits, without trailing zeros. */
  static String text(double rate) {
    return BigDecimal.valueOf(rate).round(new MathContext(6)).stripTrailingZeros().toPlainString();
  }

  /** Refuses a rate that is not a finite number from 0 up. */
  static double checkRate(String name, double rate) {
    if (!(rate >= 0 && rate < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Invalid " + name + ": " + rate + " (must be finite and >= 0)");
    }
    return rate;
  }
}
