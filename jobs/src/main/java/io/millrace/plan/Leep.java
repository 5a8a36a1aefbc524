package io.millrace.plan;

/**
 * Log Expected Empirical Prediction: how well a model's own answers z tell the classes y of other
 * data. With {@code theta(x)} the model's probabilities,
 *
 * <pre>
 * P(y, z) = (1/N) sum over x of class y of theta(x)_z,  P(y | z) = P(y, z) / sum_y P(y, z)
 * LEEP = (1/N) sum over x of log sum_z P(y(x) | z) theta(x)_z
 * </pre>
 *
 * At most 0, the nearer the better.
 *
 * <p>Cuong V. Nguyen, Tal Hassner, Matthias Seeger, Cedric Archambeau: LEEP: A New Measure to
 * Evaluate Transferability of Learned Representations (2020, arXiv 2002.12462).
 */
final class Leep {
  private Leep() {}

  /**
   * The measure.
   *
   * @param source theta, [N, Z]; rows sum to 1
   * @param labels class of each example, below {@code classes}
   */
  static double of(double[][] source, int[] labels, int classes) {
    int answers = source[0].length;
    double[][] joint = new double[classes][answers];
    double[] marginal = new double[answers];
    for (int i = 0; i < source.length; i++) {
      for (int z = 0; z < answers; z++) {
        joint[labels[i]][z] += source[i][z];
        marginal[z] += source[i][z];
      }
    }
    double sum = 0;
    for (int i = 0; i < source.length; i++) {
      double expected = 0;
      for (int z = 0; z < answers; z++) {
        if (marginal[z] > 0) {
          expected += joint[labels[i]][z] / marginal[z] * source[i][z];
        }
      }
      sum += StrictMath.log(expected);
    }
    return sum / source.length;
  }
}
