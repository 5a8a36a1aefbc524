package io.millrace.recipe;

import java.io.Serializable;

/**
 * Clips the mean gradient of all trained parameters before anything else: by its norm over all of
 * them, {@code g *= min(1, norm / (|g| + 1e-6))}, and by value, {@code g = clamp(g, -value,
 * value)}.
 *
 * <p>Pascanu, Mikolov and Bengio, On the difficulty of training recurrent neural networks, 2013,
 * arXiv 1211.5063, as PyTorch has it.
 *
 * @param norm largest norm; infinite for none
 * @param value largest absolute value; infinite for none
 */
public record Clip(double norm, double value) implements Serializable {
  /** Leaves gradients as they are. */
  public static final Clip NONE = new Clip(Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY);

  boolean byNorm() {
    return norm < Double.POSITIVE_INFINITY;
  }

  boolean byValue() {
    return value < Double.POSITIVE_INFINITY;
  }

  /** Factor of a gradient of this norm. */
  double factor(double gradient) {
    return Math.min(1, norm / (gradient + 1e-6));
  }
}
