package io.millrace.recipe;

/** One class on its own, by the logistic function. {@code StrictMath}: the same bits everywhere. */
final class Logistic {
  private Logistic() {}

  /** {@code 1 / (1 + exp(-z))}. */
  static double sigmoid(double z) {
    double small = StrictMath.exp(-Math.abs(z));
    return (z >= 0 ? 1 : small) / (1 + small);
  }

  /** {@code -t log p - (1 - t) log(1 - p)} with {@code p = sigmoid(z)}; finite for every z. */
  static double crossEntropy(double target, double z) {
    return Math.max(z, 0) - z * target + StrictMath.log1p(StrictMath.exp(-Math.abs(z)));
  }
}
