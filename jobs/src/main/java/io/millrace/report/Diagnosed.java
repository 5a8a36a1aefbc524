package io.millrace.report;

import io.millrace.diagnostics.DiagnosedEpoch;
import io.millrace.diagnostics.Diagnostic;
import java.util.List;

/**
 * What the diagnostics of a run found.
 *
 * @param kinds what was measured
 * @param weights names of the weights, in the order of the network
 * @param measured in words what gradients and steps are those of
 * @param sample in words what activations are those of
 * @param epochs what was found, oldest epoch first
 * @param filters filters of the first convolution; empty without one
 * @param maps of some images each the image and its activation maps
 */
public record Diagnosed(
    List<Diagnostic> kinds,
    List<String> weights,
    String measured,
    String sample,
    List<DiagnosedEpoch> epochs,
    List<Thumbnail> filters,
    List<List<Thumbnail>> maps) {
  /** Nothing was measured. */
  public static final Diagnosed NOTHING =
      new Diagnosed(List.of(), List.of(), "", "", List.of(), List.of(), List.of());
}
