package io.millrace.model.init;

/**
 * Factor of a weight's deviation that makes up for the activation behind it: linear and sigmoid 1,
 * tanh 5/3, ReLU sqrt(2), leaky ReLU of slope a sqrt(2 / (1 + a^2)), SELU 3/4. PyTorch's values;
 * ReLU is that of He et al. (2015, arXiv 1502.01852), the others are estimates.
 */
public enum Gain {
  LINEAR(1),
  SIGMOID(1),
  TANH(25.0 / 9),
  RELU(2),
  LEAKY_RELU(2),
  SELU(9.0 / 16);

  static final String DOC = "Activation behind the weights, which gives the gain.";
  static final String SLOPE_DOC =
      "Slope of a leaky ReLU below 0; null for 0.01 there, and for other activations.";

  private static final double SLOPE = 0.01;

  private final double squared;

  Gain(double squared) {
    this.squared = squared;
  }

  /**
   * The square of the gain.
   *
   * @param slope of a leaky ReLU; null for 0.01
   */
  double squared(Double slope) {
    double a = slope == null ? SLOPE : slope;
    return this == LEAKY_RELU ? squared / (1 + a * a) : squared;
  }

  /** Refuses a slope where there is none, and one that is no number. */
  void check(Double slope) {
    if (slope != null && this != LEAKY_RELU) {
      throw new IllegalArgumentException(
          "Invalid slope: %s (must be null where gain is not leaky-relu)".formatted(slope));
    }
    if (slope != null && !Double.isFinite(slope)) {
      throw new IllegalArgumentException(
          "Invalid slope: %s (must be a finite number)".formatted(slope));
    }
  }
}
