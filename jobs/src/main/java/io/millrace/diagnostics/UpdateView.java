package io.millrace.diagnostics;

import io.millrace.model.ParameterSlot;
import io.millrace.wire.Elements;

/**
 * One parameter before and after one update.
 *
 * @param slot the parameter
 * @param before its weights before, in canonical order
 * @param after its weights after
 */
public record UpdateView(ParameterSlot slot, Elements before, Elements after) {
  /** Part of a sum: of a run of {@code n} elements. */
  @FunctionalInterface
  public interface Term {
    /** The term of weights w before and after; both may be written over. */
    double of(float[] before, float[] after, int n);
  }

  /** The sum of a term over all elements, in double. */
  public double sum(Term term) {
    return Runs.sum(slot, before, after, term::of);
  }
}
