package io.millrace.report;

import io.millrace.metrics.EpochMetrics;
import java.util.List;
import java.util.Map;

/**
 * All that the report of a run shows.
 *
 * @param name name of the run
 * @param workers workers that trained
 * @param epochs metrics of the epochs
 * @param epochsPlanned epochs of the whole run
 * @param evaluatedSplit split behind the validation numbers and the confusion matrix
 * @param confusion examples by [true class][predicted class]; empty if nothing was evaluated
 * @param classes class names in order
 * @param augmented training images as the network saw them
 * @param mistakes images of the worst mistakes
 * @param plan text of the plan
 * @param config resolved config as YAML
 * @param manifest versions and fingerprints as JSON
 * @param images images of each class by split
 * @param modelEpoch the epoch whose weights model.zip holds, and whose confusion is shown; 0 while
 *     there is no model
 */
public record ReportData(
    String name,
    int workers,
    List<EpochMetrics> epochs,
    int epochsPlanned,
    String evaluatedSplit,
    long[][] confusion,
    List<String> classes,
    List<Thumbnail> augmented,
    List<Thumbnail> mistakes,
    String plan,
    String config,
    String manifest,
    Map<String, List<Long>> images,
    int modelEpoch) {

  /** Below six classes every class is among the first five. */
  boolean tellsTop5() {
    return classes.size() > 5 && epochs.stream().anyMatch(e -> Double.isFinite(e.valTop5()));
  }
}
