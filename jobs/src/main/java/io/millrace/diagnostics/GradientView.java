package io.millrace.diagnostics;

import io.millrace.model.ParameterSlot;
import io.millrace.wire.Elements;

/**
 * The mean gradient of one parameter at one update, of the loss alone, before clipping.
 *
 * @param slot the parameter
 * @param l2 factor of its weights in the gradient that the optimiser takes; 0 for none
 * @param examples examples that the gradient is summed over
 * @param summed that sum, in canonical order
 * @param weights the weights that it was taken at
 */
public record GradientView(
    ParameterSlot slot, double l2, long examples, Elements summed, Elements weights) {
  /** Part of a sum: of a run of {@code n} elements. */
  @FunctionalInterface
  public interface Term {
    /** The term of a mean gradient g at weights w; both may be written over. */
    double of(float[] g, float[] w, int n);
  }

  /** The sum of a term over all elements, in double. */
  public double sum(Term term) {
    float count = examples;
    return Runs.sum(
        slot,
        summed,
        weights,
        (g, w, n) -> {
          for (int i = 0; i < n; i++) {
            g[i] /= count;
          }
          return term.of(g, w, n);
        });
  }
}
