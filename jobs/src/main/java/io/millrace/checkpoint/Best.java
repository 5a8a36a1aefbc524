package io.millrace.checkpoint;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.millrace.recipe.Metric;

/**
 * The best epoch so far: the one of the best metric, the earlier of equals.
 *
 * @param epoch from 1
 * @param metric what tells the best
 * @param value its value
 * @param sha256 of its parameters, which tells its checkpoint from one of another course of the
 *     run; empty until it is written
 */
public record Best(int epoch, Metric metric, @JsonAlias("top1") double value, String sha256) {
  /** Before there was a choice, top-1 told the best. */
  public Best {
    metric = metric == null ? Metric.VAL_TOP1 : metric;
  }

  /**
   * The best of what was best before and the epoch that has just ended.
   *
   * @param before null if no epoch was measured
   * @param value null or NaN if the epoch was not measured, which is then never the best
   */
  public static Best of(Best before, Metric metric, int epoch, Double value) {
    if (value == null || value.isNaN()) {
      return before;
    }
    boolean better =
        before == null || (metric.isLoss() ? value < before.value() : value > before.value());
    return better ? new Best(epoch, metric, value, "") : before;
  }
}
