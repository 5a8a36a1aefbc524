package io.millrace.image;

/**
 * Weights of a triangle filter along one axis, in fixed point: output {@code i} is the sum of
 * {@code weights[k * outputs + i] * input[first[i] + k]} for k below {@code taps}, some of which
 * may weigh nothing. Downscaling widens the triangle by the scale, which is what keeps thin lines
 * (antialiasing).
 */
final class Taps {
  int[] first = new int[0];
  int[] weights = new int[0];
  int taps;
  private double[] shares = new double[0];

  /**
   * Computes outputs {@code from .. from + outputs} of resampling {@code [start, start + size)} to
   * {@code scaled} pixels, reading only pixels {@code low .. high}.
   *
   * @param bits weights sum to about {@code 1 << bits}
   */
  void compute(
      double start, double size, int low, int high, int scaled, int from, int outputs, int bits) {
    double scale = size / scaled;
    double support = Math.max(1, scale);
    // So many pixels at most lie less than the support from a centre.
    taps = Math.min((int) Math.ceil(2 * support), high - low);
    reserve(outputs);
    for (int i = 0; i < outputs; i++) {
      double centre = start + (from + i + 0.5) * scale;
      int begin = Math.max(low, Math.min((int) (centre - support + 0.5), high - taps));
      double sum = 0;
      for (int k = 0; k < taps; k++) {
        shares[k] = Math.max(0, 1 - Math.abs((begin + k - centre + 0.5) / support));
        sum += shares[k];
      }
      for (int k = 0; k < taps; k++) {
        double share = sum > 0 ? shares[k] / sum : 1.0 / taps;
        weights[k * outputs + i] = (int) (share * (1 << bits) + 0.5);
      }
      first[i] = begin;
    }
  }

  private void reserve(int outputs) {
    if (first.length < outputs) {
      first = new int[outputs];
    }
    if (weights.length < outputs * taps) {
      weights = new int[outputs * taps];
    }
    if (shares.length < taps) {
      shares = new double[taps];
    }
  }
}
