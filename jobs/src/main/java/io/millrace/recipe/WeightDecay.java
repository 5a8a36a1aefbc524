package io.millrace.recipe;

import io.millrace.model.ParameterSlot;
import java.io.Serializable;

/**
 * L2 by the kind of a parameter: {@code g += factor * w} for weights, and for biases and batch-norm
 * gamma and beta only when asked for. What no optimiser trains is never decayed.
 *
 * <p>No decay of biases: He et al., Bag of Tricks for Image Classification with Convolutional
 * Neural Networks, 2018, arXiv 1812.01187, section 3.1.
 *
 * @param factor L2 factor
 * @param decayBias whether biases, gammas and betas are decayed too
 */
public record WeightDecay(double factor, boolean decayBias) implements Serializable {
  public WeightDecay {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Invalid optimizer.weightDecay: " + factor + " (must be finite and >= 0)");
    }
  }

  /** The L2 factor of one parameter. */
  public double of(ParameterSlot slot) {
    boolean decayed = slot.kind() == ParameterSlot.Kind.WEIGHT || decayBias;
    return slot.trained() && decayed ? factor : 0;
  }
}
