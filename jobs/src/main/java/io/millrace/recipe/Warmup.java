package io.millrace.recipe;

import io.millrace.settings.Counts;
import java.io.Serializable;

/**
 * How a run comes to its peak rate in m updates: linearly, {@code start + (peak - start) * (u + 1)
 * / m} for update u, or constantly, {@code start}. From 0, with 5 updates and peak 0.8, it begins
 * 0.16, 0.32, 0.48, 0.64, 0.8.
 *
 * <p>He et al., Bag of Tricks, 2018, arXiv 1812.01187, section 3.1 (from 0); Goyal et al.,
 * Accurate, Large Minibatch SGD, 2017, arXiv 1706.02677, section 2.2 (constant, or from the rate of
 * one worker). PyTorch and timm begin at the start itself and reach the peak an update later.
 *
 * @param shape line or constant
 * @param start the start
 */
public record Warmup(Shape shape, double start) implements Serializable {
  /** From 0, linearly. */
  public static final Warmup FROM_ZERO = new Warmup(Shape.LINEAR, 0);

  /** Shapes of a warm-up. */
  public enum Shape {
    LINEAR,
    CONSTANT
  }

  /** The rate of update {@code update} of the warm-up. */
  double rate(Course course, long update) {
    return shape == Shape.CONSTANT
        ? start
        : start + (update + 1.0) / course.warmup() * (course.peak() - start);
  }

  String words(Course course) {
    String updates = Counts.of(course.warmup(), "update");
    if (shape == Shape.CONSTANT) {
      return "%s of warm-up at %s".formatted(updates, Schedule.text(start));
    }
    return start == 0
        ? updates + " of warm-up"
        : "%s of warm-up from %s".formatted(updates, Schedule.text(start));
  }
}
