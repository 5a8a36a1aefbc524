package io.millrace.diagnostics;

import java.util.List;
import java.util.Map;

/**
 * What diagnostics found in one epoch: a line of diagnostics.jsonl.
 *
 * @param epoch from 1
 * @param updates measured updates, of each worker
 * @param images images whose activations were looked at; 0 in an epoch without a look
 * @param seconds what measuring took of the epoch's time: the mean over the workers, and the
 *     driver's
 * @param share the same as a share of the epoch's training time
 * @param figures by diagnostic and layer the figures by name; what is not finite is null
 * @param rounds by diagnostic, where it has such figures, one of each measured round
 * @param warnings what a person should hear
 */
public record DiagnosedEpoch(
    int epoch,
    long updates,
    long images,
    double seconds,
    double share,
    Map<String, Map<String, Map<String, Double>>> figures,
    Map<String, List<Double>> rounds,
    List<Warning> warnings) {
  /** What a diagnostic found, by layer; empty where it found nothing. */
  public Map<String, Map<String, Double>> of(String diagnostic) {
    return figures.getOrDefault(diagnostic, Map.of());
  }
}
