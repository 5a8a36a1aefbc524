package io.millrace.simulation;

import io.millrace.metrics.EpochMetrics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What the rounds of a run took, a round.
 *
 * @param round what they were, in the mean
 * @param ownNetwork whether it trained what is simulated, in batches alike
 * @param compute seconds of a worker, with its waiting for data
 * @param codec seconds of a worker
 * @param schedule seconds
 * @param aggregate seconds
 * @param broadcast seconds
 * @param wall seconds of the whole round
 */
public record MeasuredRun(
    Round round,
    boolean ownNetwork,
    double compute,
    double codec,
    double schedule,
    double aggregate,
    double broadcast,
    double wall) {

  /**
   * The rounds of epochs; those of a first one are left out where there are others, as it loads
   * libraries.
   *
   * @param batch images of an update of a worker
   * @param onExecutors whether executors made the average
   * @throws IllegalArgumentException if the metrics do not say what travelled
   */
  public static MeasuredRun of(
      List<EpochMetrics> epochs, int workers, int batch, boolean onExecutors, boolean ownNetwork) {
    List<EpochMetrics> used = epochs.size() > 1 ? epochs.subList(1, epochs.size()) : epochs;
    double rounds = sum(used, each -> each.figure("rounds"));
    double images = sum(used, each -> each.figure("examples_seen"));
    double down = used.get(0).figure("measures.bytes_down");
    double up = used.get(0).figure("measures.bytes_up");
    if (!(down > 0 && up > 0)) {
      throw new IllegalArgumentException("its metrics do not say what travelled");
    }
    double updates = images / rounds / workers / batch;
    return new MeasuredRun(
        new Round(
            workers,
            (int) Math.max(1, Math.round(updates)),
            batch,
            (long) down,
            (long) up,
            onExecutors),
        ownNetwork,
        (seconds(used, "compute") + seconds(used, "waiting")) / rounds / workers,
        seconds(used, "serialise") / rounds / workers,
        seconds(used, "schedule") / rounds,
        seconds(used, "aggregate") / rounds,
        seconds(used, "broadcast") / rounds,
        sum(used, EpochMetrics::wallSeconds) / rounds);
  }

  private static double seconds(List<EpochMetrics> epochs, String name) {
    return sum(epochs, each -> each.figure("seconds." + name));
  }

  private static double sum(List<EpochMetrics> epochs, ToDoubleFunction<EpochMetrics> figure) {
    return epochs.stream().mapToDouble(figure).sum();
  }

  /**
   * Seconds of compute of an image.
   *
   * @param start seconds that a task computes besides its updates
   */
  double perImage(double start) {
    return Math.max(0, compute - start) / (round.updates() * (double) round.batch());
  }

  /** What no other figure explains: waiting for the slowest worker, and what is fixed. */
  double rest() {
    return Math.max(0, wall - compute - codec - schedule - aggregate - broadcast);
  }
}
