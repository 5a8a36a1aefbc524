package io.millrace.bench;

/** One side of a benchmark: does the work once and returns its seconds. */
@FunctionalInterface
interface StepSide {
  double seconds() throws Exception;

  /**
   * Medians of {@code rounds} alternating measurements, after ours has run until the JIT compilers
   * rest and then each side {@code warmups} times.
   */
  static double[] medians(StepSide ours, StepSide peer, int warmups, int rounds) throws Exception {
    Work.warmUp(ours::seconds);
    double[] oursSeconds = new double[rounds];
    double[] peerSeconds = new double[rounds];
    for (int i = -warmups; i < rounds; i++) {
      double mine = ours.seconds();
      double theirs = peer.seconds();
      if (i >= 0) {
        oursSeconds[i] = mine;
        peerSeconds[i] = theirs;
      }
    }
    return new double[] {BenchReport.median(oursSeconds), BenchReport.median(peerSeconds)};
  }
}
