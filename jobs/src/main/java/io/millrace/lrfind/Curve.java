package io.millrace.lrfind;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * The losses of a range test, and what they suggest. A loss l_i is smoothed by a moving average
 * whose start at 0 is corrected for: {@code s_i = (1 - beta) sum beta^(i - j) l_j / (1 - beta^(i +
 * 1))}.
 */
final class Curve {
  /** Points at the head that are not looked at: there are too few of them to be smooth. */
  private static final int HEAD = 10;

  /** How far apart both rules may be, as a factor, before a person should look. */
  private static final double FAR = 10;

  /** A fall over a tenfold rate that is less than this share of the first loss is rounding. */
  private static final double FLAT = 1e-9;

  /**
   * A point.
   *
   * @param rate of its update
   * @param loss of its minibatches, before that update
   * @param smoothed that loss and those before it
   */
  record Point(double rate, double loss, double smoothed) {}

  /**
   * What a curve suggests: the smaller one of two rates.
   *
   * @param steepest rate at which the smoothed loss falls steepest over log10 of the rate
   * @param tenthOfLeast a tenth of the rate of the least smoothed loss
   */
  record Suggestion(double steepest, double tenthOfLeast) {
    double rate() {
      return Math.min(steepest, tenthOfLeast);
    }

    /**
     * Whether the two rules say things so different that a person should look; the steepest fall is
     * never behind the least loss.
     */
    boolean isDoubtful() {
      return tenthOfLeast > FAR * steepest;
    }
  }

  private final RangeTest test;
  private final List<Point> points = new ArrayList<>();
  private double average;
  private double least = Double.POSITIVE_INFINITY;

  Curve(RangeTest test) {
    this.test = test;
  }

  /** Takes in the loss of the next update; returns whether the test goes on. */
  boolean add(double loss) {
    int i = points.size();
    average = test.beta() * average + (1 - test.beta()) * loss;
    double smoothed = average / (1 - StrictMath.pow(test.beta(), i + 1));
    points.add(new Point(test.rate(i), loss, smoothed));
    least = Math.min(least, smoothed);
    return !hasRisen() && points.size() < test.updates();
  }

  /** Whether the smoothed loss is above the least one by the factor of the test. */
  boolean hasRisen() {
    return !points.isEmpty() && !(last().smoothed() <= test.stop() * least);
  }

  List<Point> points() {
    return List.copyOf(points);
  }

  double[] values(ToDoubleFunction<Point> value) {
    return points.stream().mapToDouble(value).toArray();
  }

  private Point last() {
    return points.get(points.size() - 1);
  }

  /** The first point of the least smoothed loss, from 0. */
  OptionalInt leastAt() {
    for (int i = 0; i < points.size(); i++) {
      if (points.get(i).smoothed() == least) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  /**
   * The point, from the tenth to the least one, at which the smoothed loss falls steepest, by
   * central differences over log10 of the rate; empty where it does not fall.
   */
  OptionalInt steepestAt() {
    OptionalInt steepest = OptionalInt.empty();
    OptionalInt least = leastAt();
    if (least.isEmpty()) {
      return steepest;
    }
    double slope = -FLAT * points.get(0).smoothed();
    for (int i = HEAD; i <= Math.min(least.getAsInt(), points.size() - 2); i++) {
      Point before = points.get(i - 1);
      Point after = points.get(i + 1);
      double here =
          (after.smoothed() - before.smoothed())
              / (StrictMath.log10(after.rate()) - StrictMath.log10(before.rate()));
      if (here < slope) {
        slope = here;
        steepest = OptionalInt.of(i);
      }
    }
    return steepest;
  }

  /** What the curve suggests; nothing if the loss does not fall after the head. */
  Optional<Suggestion> suggestion() {
    return steepestAt().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Suggestion(
                points.get(steepestAt().getAsInt()).rate(),
                points.get(leastAt().getAsInt()).rate() / 10));
  }
}
