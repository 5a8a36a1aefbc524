package io.millrace.recipe;

import io.millrace.state.Remembered;
import java.util.Map;

/**
 * What a schedule learns from the metrics of epochs: the rate that follows the warm-up is then a
 * function of it, and no longer of the update alone. Lives on the driver.
 */
public interface Feedback extends Remembered {
  /** What it looks at. */
  Metric metric();

  /** The rate after the warm-up. */
  double rate();

  /**
   * Takes an epoch in that ended after the warm-up.
   *
   * @param metrics by name; one that was not measured is missing
   */
  void epochEnded(Map<String, Double> metrics);
}
