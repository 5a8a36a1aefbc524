package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.state.Memory;
import io.millrace.state.Remembered;
import java.util.Map;

/**
 * Ends a run when a metric no longer gets better: after each epoch {@code bad} counts the epochs
 * without one that is better than the best by more than the threshold, and with {@code bad >=
 * patience} the run is over; what was trained is kept as of a run of that length. An epoch without
 * the metric changes nothing.
 *
 * <p>Prechelt, Early Stopping - But When?, 1998 (his UP criterion with strips of one epoch); as in
 * Keras' EarlyStopping.
 *
 * @param metric what is watched
 * @param patience epochs without a better one that end the run; 0 for never
 * @param threshold how much better is better
 */
public record EarlyStopping(
    @Key(doc = "What is watched after each epoch.", value = "val-loss") Metric metric,
    @Key(
            doc = "Epochs without a better one that end the run; 0 trains all epochs.",
            value = "0",
            min = 0)
        int patience,
    @Key(doc = "How much better is better.", value = "0", min = 0) double threshold) {
  /** At the start of a run. */
  public Watch watch() {
    return new Watch();
  }

  /** What was seen so far. Lives on the driver. */
  public final class Watch implements Remembered {
    private double best = metric.isLoss() ? Double.POSITIVE_INFINITY : Double.NEGATIVE_INFINITY;
    private int bad;

    private Watch() {}

    /** Takes the metrics of an epoch in, by the names of {@link Metric}. */
    public void epochEnded(Map<String, Double> metrics) {
      Double value = metrics.get(metric.key());
      if (value == null || value.isNaN()) {
        return;
      }
      boolean better = metric.isLoss() ? value < best - threshold : value > best + threshold;
      best = better ? value : best;
      bad = better ? 0 : bad + 1;
    }

    /** Whether the run is over. */
    public boolean isOver() {
      return patience > 0 && bad >= patience;
    }

    /** Why it is over, for people. */
    public String words() {
      return "%s was no better for %d epochs (earlyStopping.patience)"
          .formatted(metric.words(), bad);
    }

    @Override
    public String name() {
      return "early-stopping-" + metric.key().replace('_', '-');
    }

    @Override
    public Memory save() {
      return Memory.of(Map.of("best", best, "bad", (double) bad));
    }

    @Override
    public void restore(Memory memory) {
      best = memory.figure("best");
      bad = (int) memory.figure("bad");
    }
  }
}
