package io.millrace.report;

import io.millrace.metrics.Figures;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a chart runs over: its points, evenly spaced.
 *
 * @param name of what differs from point to point
 * @param points its value at each point, for people
 * @param ticks what is written below the axis, and where
 * @param marked index of the point that is marked; -1 for none
 * @param mark what is marked there
 * @param isCourse whether these are the epochs of a run: what is drawn is seen from 0, and its last
 *     values say how the run stands
 */
record Across(
    String name, List<String> points, List<Tick> ticks, int marked, String mark, boolean isCourse) {
  /**
   * A tick.
   *
   * @param at index of its point; between two points where it is no whole number
   * @param text what is written there
   */
  record Tick(double at, String text) {}

  /**
   * Epochs, of which ten at most and the last are written.
   *
   * @param epochs number of each
   * @param kept the epoch whose weights were kept; one that is not there for none
   */
  static Across epochs(int[] epochs, int kept) {
    int every = Math.max(1, (int) Math.ceil(epochs.length / 10.0));
    int last = epochs.length - 1;
    return new Across(
        "epoch",
        Arrays.stream(epochs).mapToObj(String::valueOf).toList(),
        IntStream.rangeClosed(0, last)
            .filter(i -> i == last || (i % every == 0 && last - i >= every))
            .mapToObj(i -> new Tick(i, String.valueOf(epochs[i])))
            .toList(),
        IntStream.rangeClosed(0, last).filter(i -> epochs[i] == kept).findFirst().orElse(-1),
        "epoch %d: the weights of model.zip".formatted(kept),
        true);
  }

  /**
   * Learning rates that grow by a constant factor; powers of ten are written.
   *
   * @param rates each
   * @param suggested the one that is marked; NaN for none
   */
  static Across rates(double[] rates, double suggested) {
    int marked =
        IntStream.range(0, rates.length)
            .filter(i -> rates[i] >= suggested * (1 - 1e-9))
            .findFirst()
            .orElse(-1);
    return new Across(
        "rate",
        Arrays.stream(rates).mapToObj(Across::text).toList(),
        rates.length < 2 ? List.of() : powers(rates),
        marked,
        "rate %s: the suggestion".formatted(text(suggested)),
        false);
  }

  private static List<Tick> powers(double[] rates) {
    double first = Math.log10(rates[0]);
    double last = Math.log10(rates[rates.length - 1]);
    List<Tick> ticks = new ArrayList<>();
    for (int power = (int) Math.ceil(first - 1e-9); power <= last + 1e-9; power++) {
      double at = (power - first) / (last - first) * (rates.length - 1);
      ticks.add(new Tick(at, text(new BigDecimal(BigInteger.ONE, -power))));
    }
    return ticks;
  }

  private static String text(double rate) {
    return Double.isFinite(rate)
        ? text(new BigDecimal(rate).round(new MathContext(3)).stripTrailingZeros())
        : Figures.number(rate);
  }

  /** 0.012, but 1.2e-4. */
  private static String text(BigDecimal rate) {
    int power = rate.precision() - rate.scale() - 1;
    return power >= -3
        ? rate.toPlainString()
        : rate.scaleByPowerOfTen(-power).toPlainString() + "e" + power;
  }
}
