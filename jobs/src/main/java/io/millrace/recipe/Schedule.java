package io.millrace.recipe;

import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Optional;

/**
 * How the learning rate goes on after the warm-up: a pure function of the update, unless it has a
 * {@link Feedback}. A record whose components are its keys in a config.
 */
@OneOf({
  Constant.class,
  Step.class,
  MultiStep.class,
  Exponential.class,
  Polynomial.class,
  Linear.class,
  Cosine.class,
  CosineRestarts.class,
  OneCycle.class,
  Plateau.class
})
public interface Schedule extends Serializable {
  /**
   * The rate of an update.
   *
   * @param course what is to be covered
   * @param update counted from the end of the warm-up, from 0
   */
  double rate(Course course, long update);

  /** Whether the rate stays at the peak until it falls by a first step. */
  default boolean hasSteps() {
    return false;
  }

  /** What it learns from epochs, where it is no function of the update alone. */
  default Optional<Feedback> feedback(Course course) {
    return Optional.empty();
  }

  /**
   * The momentum of an update, in the place of the optimiser's; NaN for that.
   *
   * @param update counted from the end of the warm-up, from 0
   */
  default double momentum(Course course, long update) {
    return Double.NaN;
  }

  /** The schedule in words. */
  default String words(Course course) {
    return toString();
  }

  /**
   * Refuses a course that it cannot cover.
   *
   * @throws IllegalArgumentException naming the key
   */
  default void check(Course course) {}

  /** Half a cosine: {@code to + (from - to) * (1 + cos(pi * passed)) / 2}, passed from 0 to 1. */
  static double cosine(double from, double to, double passed) {
    return to + (from - to) * (1 + StrictMath.cos(Math.PI * passed)) / 2;
  }

  /** Refuses a last rate above the first. */
  static void checkMin(double minRate, Course course) {
    if (!(minRate >= 0 && minRate <= course.peak())) {
      throw new IllegalArgumentException(
          "Invalid learningRate.minRate: %s (must be <= the peak rate, %s)"
              .formatted(minRate, course.peak()));
    }
  }

  /**
   * A rate for people: at most six significant digits, without trailing zeros, and without those
   * before them where there are more than nine.
   */
  static String text(double rate) {
    BigDecimal text = BigDecimal.valueOf(rate).round(new MathContext(6)).stripTrailingZeros();
    boolean plain = Math.abs(text.precision() - text.scale()) <= 9;
    return plain ? text.toPlainString() : text.toString();
  }
}
