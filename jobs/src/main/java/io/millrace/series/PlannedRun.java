package io.millrace.series;

import io.millrace.metrics.EpochMetrics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A run of a series, how it stands, and how much is left of it.
 *
 * @param run the run
 * @param standing how it stands
 * @param examples of an epoch
 */
record PlannedRun(SeriesRun run, Standing standing, long examples) {
  /** The same as it stands now. */
  PlannedRun standing(Standing now) {
    return new PlannedRun(run, now, examples);
  }

  int epochsLeft() {
    return switch (standing.state()) {
      case DONE, DIVERGED -> 0;
      case NEW, CHANGED -> run.config().training().epochs();
      case BEGUN, FAILED ->
          Math.max(0, run.config().training().epochs() - standing.epochs().size());
    };
  }

  /** Seconds of training and validation so far. */
  double seconds() {
    return sum(EpochMetrics::wallSeconds) + sum(each -> each.figure("validation_seconds"));
  }

  /** Seconds an example took, validation included; not a number where none was measured. */
  double secondsAnExample() {
    boolean another = standing.state() == Standing.State.CHANGED;
    return another || standing.epochs().isEmpty()
        ? Double.NaN
        : seconds() / sum(EpochMetrics::examplesSeen);
  }

  double imagesPerSecond() {
    return sum(EpochMetrics::examplesSeen)
        / sum(each -> each.examplesSeen() / each.imagesPerSecond());
  }

  private double sum(ToDoubleFunction<EpochMetrics> figure) {
    return standing.epochs().stream().mapToDouble(figure).sum();
  }

  /** The last epoch's figure; not a number where there is none. */
  double last(ToDoubleFunction<EpochMetrics> figure) {
    List<EpochMetrics> epochs = standing.epochs();
    return epochs.isEmpty() ? Double.NaN : figure.applyAsDouble(epochs.get(epochs.size() - 1));
  }

  /** The highest validation top-1 of any epoch; not a number where there is none. */
  double bestTop1() {
    return standing.epochs().stream()
        .mapToDouble(EpochMetrics::valTop1)
        .filter(Double::isFinite)
        .max()
        .orElse(Double.NaN);
  }

  boolean isDone() {
    return standing.state() == Standing.State.DONE;
  }
}
