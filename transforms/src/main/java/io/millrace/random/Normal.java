package io.millrace.random;

/**
 * Normal numbers by the quantiles of the distribution N(0, 1): the middle of each of 65,536 equally
 * likely parts, so that 16 random bits are one number. The largest is 4.17; the deviation is below
 * 1 by less than 2e-4.
 *
 * <p>Source: Michael Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution",
 * 1988, PPND16. {@code StrictMath}: the same bits everywhere.
 */
public final class Normal {
  /** Quantiles: the values of 16 bits. */
  public static final int PARTS = 1 << 16;

  private static final double SPLIT = 0.425;
  private static final double SPLIT_TAIL = 1.6;

  private static final double[] NEAR = {
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3
  };
  private static final double[] NEAR_BELOW = {
    1,
    4.2313330701600911252e1,
    6.8718700749205790830e2,
    5.3941960214247511077e3,
    2.1213794301586595867e4,
    3.9307895800092710610e4,
    2.8729085735721942674e4,
    5.2264952788528545610e3
  };
  private static final double[] TAIL = {
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4
  };
  private static final double[] TAIL_BELOW = {
    1,
    2.05319162663775882187e0,
    1.67638483018380384940e0,
    6.89767334985100004550e-1,
    1.48103976427480074590e-1,
    1.51986665636164571966e-2,
    5.47593808499534494600e-4,
    1.05075007164441684324e-9
  };

  private static final float[] QUANTILES = new float[PARTS];

  static {
    for (int i = 0; i < PARTS / 2; i++) {
      double quantile = quantile((i + 0.5) / PARTS);
      QUANTILES[i] = (float) quantile;
      QUANTILES[PARTS - 1 - i] = (float) -quantile;
    }
  }

  private Normal() {}

  /** The number of a part, from the lowest; {@code part} has 16 bits. */
  public static float quantile(int part) {
    return QUANTILES[part];
  }

  /** The number that a share p of all lies below, for p not nearer to 0 or 1 than 1e-11. */
  static double quantile(double p) {
    double middle = p - 0.5;
    if (Math.abs(middle) <= SPLIT) {
      double r = SPLIT * SPLIT - middle * middle;
      return middle * polynomial(NEAR, r) / polynomial(NEAR_BELOW, r);
    }
    double r = StrictMath.sqrt(-StrictMath.log(Math.min(p, 1 - p))) - SPLIT_TAIL;
    double distance = polynomial(TAIL, r) / polynomial(TAIL_BELOW, r);
    return middle < 0 ? -distance : distance;
  }

  private static double polynomial(double[] coefficients, double x) {
    double value = 0;
    for (int i = coefficients.length - 1; i >= 0; i--) {
      value = value * x + coefficients[i];
    }
    return value;
  }
}
