package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import io.millrace.state.Memory;
import java.util.Map;
import java.util.Optional;

/**
 * Lowers the rate when a metric no longer gets better: after each epoch that ended after the
 * warm-up, {@code bad} counts the epochs without a better one; when it exceeds the patience, {@code
 * rate = max(rate * factor, minRate)}, and {@code cooldown} epochs are not counted. Better is
 * {@code x < best * (1 - threshold)}, or absolute {@code x < best - threshold}, mirrored for top-1
 * and top-5. An epoch without the metric changes nothing.
 *
 * <p>PyTorch's ReduceLROnPlateau. It is the one schedule that is no pure function of the update;
 * the driver remembers its state, which lies in the checkpoint.
 *
 * @param metric what is watched
 * @param factor of the rate when it falls
 * @param patience epochs without a better metric that are let pass
 * @param threshold how much better is better
 * @param relative whether the threshold is a share of the best
 * @param cooldown epochs after a fall that are not counted
 * @param minRate smallest rate
 */
@Named(value = "plateau", doc = "Falls when a metric no longer gets better.")
public record Plateau(
    @Key(doc = "What is watched after each epoch.", value = "val-loss") Metric metric,
    @Key(
            doc = "Factor of the rate when it falls.",
            value = "0.1",
            min = 0,
            max = 1,
            above = true,
            below = true)
        double factor,
    @Key(doc = "Epochs without a better one that are let pass.", value = "10", min = 0)
        int patience,
    @Key(doc = "How much better is better.", value = "1e-4", min = 0) double threshold,
    @Key(doc = "Whether the threshold is a share of the best.", value = "true") boolean relative,
    @Key(doc = "Epochs after a fall that are not counted.", value = "0", min = 0) int cooldown,
    @Key(doc = "Smallest rate.", value = "0", min = 0) double minRate)
    implements Schedule {
  /** The smallest fall that is one. */
  private static final double LEAST_FALL = 1e-8;

  /** Checks that a loss may get better by the threshold: none falls by its whole. */
  public Plateau {
    if (relative && metric.isLoss() && threshold >= 1) {
      throw new IllegalArgumentException(
          "Invalid threshold: %s (must be < 1 where it is a share of a loss)"
              .formatted(Schedule.text(threshold)));
    }
  }

  @Override
  public double rate(Course course, long update) {
    return course.peak();
  }

  @Override
  public boolean hasSteps() {
    return true;
  }

  @Override
  public void check(Course course) {
    Schedule.checkMin(minRate, course);
  }

  @Override
  public String words(Course course) {
    return "times %s when %s is no better for more than %d epochs"
        .formatted(Schedule.text(factor), metric.words(), patience);
  }

  @Override
  public Optional<Feedback> feedback(Course course) {
    return Optional.of(new State(course.peak()));
  }

  /** What it has seen. */
  private final class State implements Feedback {
    private double rate;
    private double best = metric.isLoss() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    private int bad;
    private int cooling;

    State(double peak) {
      rate = peak;
    }

    @Override
    public String name() {
      return "plateau";
    }

    @Override
    public Metric metric() {
      return metric;
    }

    @Override
    public double rate() {
      return rate;
    }

    @Override
    public void epochEnded(Map<String, Double> metrics) {
      Double value = metrics.get(metric.key());
      if (value == null) {
        return;
      }
      if (isBetter(value)) {
        best = value;
        bad = 0;
      } else {
        bad++;
      }
      if (cooling > 0) {
        cooling--;
        bad = 0;
      }
      if (bad > patience) {
        double lower = Math.max(rate * factor, minRate);
        if (rate - lower > LEAST_FALL) {
          rate = lower;
        }
        cooling = cooldown;
        bad = 0;
      }
    }

    private boolean isBetter(double value) {
      if (metric.isLoss()) {
        return value < (relative ? best * (1 - threshold) : best - threshold);
      }
      return value > (relative ? best * (1 + threshold) : best + threshold);
    }

    @Override
    public Memory save() {
      return Memory.of(
          Map.of("rate", rate, "best", best, "bad", (double) bad, "cooling", (double) cooling));
    }

    @Override
    public void restore(Memory memory) {
      rate = memory.figure("rate");
      best = memory.figure("best");
      bad = (int) memory.figure("bad");
      cooling = (int) memory.figure("cooling");
    }
  }
}
