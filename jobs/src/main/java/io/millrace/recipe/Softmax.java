package io.millrace.recipe;

/** The softmax of a row of logits. {@code StrictMath}: the same bits everywhere. */
final class Softmax {
  private Softmax() {}

  /**
   * Its logarithms: {@code z_k / T - log sum_j exp(z_j / T)}, which no logit can make infinite.
   *
   * @param logits z, [K]
   * @param temperature T
   * @param out becomes the logarithms, [K]
   */
  static void logarithms(double[] logits, double temperature, double[] out) {
    double largest = Double.NEGATIVE_INFINITY;
    for (double logit : logits) {
      largest = Math.max(largest, logit / temperature);
    }
    double sum = 0;
    for (double logit : logits) {
      sum += StrictMath.exp(logit / temperature - largest);
    }
    double normaliser = largest + StrictMath.log(sum);
    for (int k = 0; k < logits.length; k++) {
      out[k] = logits[k] / temperature - normaliser;
    }
  }
}
