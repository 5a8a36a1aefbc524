package io.millrace.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;

/**
 * Prints one JSON line a measurement and keeps the smallest of value/target (target/value where
 * less is better).
 */
public final class BenchReport {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MathContext DIGITS = new MathContext(4);

  private final PrintStream out;
  private double worst = Double.POSITIVE_INFINITY;

  BenchReport(PrintStream out) {
    this.out = out;
  }

  /** A row whose value has to be at least {@code target}. */
  public void atLeast(String name, double ours, double peer, double value, double target) {
    add(name, ours, peer, value, target, "more", value / target);
  }

  /** A row whose value has to be at most {@code target}. */
  public void atMost(String name, double ours, double peer, double value, double target) {
    add(name, ours, peer, value, target, "less", target / value);
  }

  /** The median of an odd or even number of measurements. */
  public static double median(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  double worst() {
    return worst;
  }

  private void add(
      String name,
      double ours,
      double peer,
      double value,
      double target,
      String better,
      double score) {
    Row row = new Row(name, rounded(ours), rounded(peer), rounded(value), rounded(target), better);
    try {
      out.println(JSON.writeValueAsString(row));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    worst = Math.min(worst, score);
  }

  private static BigDecimal rounded(double value) {
    BigDecimal digits = new BigDecimal(value, DIGITS).stripTrailingZeros();
    return digits.scale() < 0 ? digits.setScale(0) : digits; // 20, not 2E+1
  }

  /**
   * One measurement.
   *
   * @param name what was measured, and the unit of both sides behind a comma
   * @param ours median of our side
   * @param peer median of the other side
   * @param value ours against peer, such that {@code better} says which way is good
   * @param target what {@code value} has to reach
   * @param better {@code more} or {@code less}
   */
  record Row(
      String name,
      BigDecimal ours,
      BigDecimal peer,
      BigDecimal value,
      BigDecimal target,
      String better) {

    static Row parse(String line) throws JsonProcessingException {
      return JSON.readValue(line, Row.class);
    }

    boolean met() {
      int sign = value.compareTo(target);
      return "more".equals(better) ? sign >= 0 : sign <= 0;
    }
  }
}
