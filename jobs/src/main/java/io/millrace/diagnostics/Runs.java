package io.millrace.diagnostics;

import io.millrace.model.ParameterSlot;
import io.millrace.wire.Elements;

/** Passes over two vectors at once, in runs that stay in a first-level cache. */
final class Runs {
  private static final int RUN = 2048;
  private static final ThreadLocal<float[][]> ARRAYS =
      ThreadLocal.withInitial(() -> new float[2][RUN]);

  private Runs() {}

  /** Part of a sum: of the first {@code n} elements of two arrays, which may be written over. */
  @FunctionalInterface
  interface Term {
    double of(float[] a, float[] b, int n);
  }

  /** The sum of a term over the elements of one parameter. */
  static double sum(ParameterSlot slot, Elements first, Elements second, Term term) {
    float[][] arrays = ARRAYS.get();
    double sum = 0;
    long end = slot.offset() + slot.length();
    for (long at = slot.offset(); at < end; at += RUN) {
      int n = (int) Math.min(RUN, end - at);
      first.get(at, arrays[0], n);
      second.get(at, arrays[1], n);
      sum += term.of(arrays[0], arrays[1], n);
    }
    return sum;
  }

  static double squares(float[] values, int n) {
    double squares = 0;
    for (int i = 0; i < n; i++) {
      squares += (double) values[i] * values[i];
    }
    return squares;
  }
}
