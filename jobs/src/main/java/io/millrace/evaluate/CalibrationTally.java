package io.millrace.evaluate;

import java.util.ArrayList;
import java.util.List;

/** Sums what {@link Calibration} is made of, in double. */
final class CalibrationTally {
  private final long[] examples = new long[Calibration.BINS];
  private final long[] right = new long[Calibration.BINS];
  private final double[] confidence = new double[Calibration.BINS];

  /** Adds an example. */
  void add(double sure, boolean isRight) {
    int bin = Calibration.bin(sure);
    examples[bin]++;
    confidence[bin] += sure;
    right[bin] += isRight ? 1 : 0;
  }

  Calibration calibration() {
    List<Calibration.Bin> bins = new ArrayList<>();
    double apart = 0;
    long all = 0;
    for (int b = 0; b < examples.length; b++) {
      long n = Math.max(1, examples[b]);
      bins.add(new Calibration.Bin(examples[b], confidence[b] / n, (double) right[b] / n));
      apart += Math.abs(right[b] - confidence[b]);
      all += examples[b];
    }
    return new Calibration(all == 0 ? 0 : apart / all, bins);
  }
}
