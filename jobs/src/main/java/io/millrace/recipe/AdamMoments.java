package io.millrace.recipe;

/**
 * The two running means of Adam, {@code m = b1 * m + (1 - b1) * g} and {@code v = b2 * v + (1 - b2)
 * * g^2}, and what corrects them for their start at zero.
 *
 * <p>Kingma and Ba, Adam: A Method for Stochastic Optimization, 2014, arXiv 1412.6980.
 */
final class AdamMoments {
  private AdamMoments() {}

  /** Takes a gradient into the means. */
  static void accumulate(
      float[] m, float[] v, float[] gradient, int length, double beta1, double beta2) {
    float b1 = (float) beta1;
    float b2 = (float) beta2;
    float rest1 = (float) (1 - beta1);
    float rest2 = (float) (1 - beta2);
    for (int i = 0; i < length; i++) {
      m[i] = b1 * m[i] + rest1 * gradient[i];
      v[i] = b2 * v[i] + rest2 * gradient[i] * gradient[i];
    }
  }

  /** Adam's direction, {@code d = m / (1 - b1^t) / (sqrt(v / (1 - b2^t)) + epsilon)}. */
  static void direction(
      float[] gradient,
      float[][] state,
      int length,
      double beta1,
      double beta2,
      double epsilon,
      long t) {
    accumulate(state[0], state[1], gradient, length, beta1, beta2);
    double root = Math.sqrt(correction(beta2, t));
    ratio(gradient, state[0], state[1], length, correction(beta1, t), root, epsilon);
  }

  /** {@code d = m / c / (sqrt(v) / root + epsilon)}. */
  static void ratio(
      float[] direction, float[] m, float[] v, int length, double c, double root, double epsilon) {
    float step = (float) (1 / c);
    float scale = (float) (1 / root);
    float eps = (float) epsilon;
    for (int i = 0; i < length; i++) {
      direction[i] = step * m[i] / ((float) Math.sqrt(v[i]) * scale + eps);
    }
  }

  /** {@code 1 - beta^t}: what a mean of t values that began at zero has of their weight. */
  static double correction(double beta, long t) {
    return 1 - StrictMath.pow(beta, t);
  }
}
