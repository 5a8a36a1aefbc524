package io.millrace.training;

import io.millrace.model.ParameterSlot;
import io.millrace.wire.Elements;
import java.util.Collection;

/**
 * Products of a round's step {@code p = after - before} over all trained parameters, in double and
 * in their order, whatever the number of cores.
 *
 * @param pp p.p
 * @param pg p.g, with {@code g = (m1 - left * m0) / (1 - left)} of first moments
 */
record StepProducts(double pp, double pg) {
  private static final int RUN = 4096;

  /**
   * The products.
   *
   * @param before weights before, in slices
   * @param after weights after
   * @param m0 first moment before, from element {@code state} on
   * @param m1 first moment after, likewise
   * @param left share of m0 that is left in m1
   */
  static StepProducts of(
      Collection<ParameterSlot> trained,
      byte[][] before,
      byte[][] after,
      byte[][] m0,
      byte[][] m1,
      long state,
      double left) {
    double[][] products =
        trained.parallelStream()
            .map(
                slot ->
                    products(
                        slot,
                        Elements.of(before),
                        Elements.of(after),
                        Elements.of(m0),
                        Elements.of(m1),
                        state,
                        left))
            .toArray(double[][]::new);
    double pp = 0;
    double pg = 0;
    for (double[] each : products) {
      pp += each[0];
      pg += each[1];
    }
    return new StepProducts(pp, pg);
  }

  private static double[] products(
      ParameterSlot slot,
      Elements before,
      Elements after,
      Elements m0,
      Elements m1,
      long state,
      double left) {
    float[][] runs = new float[4][RUN];
    double pp = 0;
    double pg = 0;
    long end = slot.offset() + slot.length();
    for (long at = slot.offset(); at < end; at += RUN) {
      int n = (int) Math.min(RUN, end - at);
      before.get(at, runs[0], n);
      after.get(at, runs[1], n);
      m0.get(state + at, runs[2], n);
      m1.get(state + at, runs[3], n);
      for (int i = 0; i < n; i++) {
        double p = (double) runs[1][i] - runs[0][i];
        double g = (runs[3][i] - left * runs[2][i]) / (1 - left);
        pp += p * p;
        pg += p * g;
      }
    }
    return new double[] {pp, pg};
  }
}
