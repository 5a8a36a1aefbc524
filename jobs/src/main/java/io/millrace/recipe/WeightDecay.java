package io.millrace.recipe;

import io.millrace.model.ParameterSlot;
import java.io.Serializable;

/**
 * Weight decay by the kind of a parameter: for weights, and for biases and batch-norm gamma and
 * beta only when asked for. What no optimiser trains is never decayed.
 *
 * <p>No decay of biases: He et al., Bag of Tricks for Image Classification with Convolutional
 * Neural Networks, 2018, arXiv 1812.01187, section 3.1.
 *
 * @param factor L2 factor
 * @param decayBias whether biases, gammas and betas are decayed too
 * @param kind where it acts; null for where the optimiser has it
 */
public record WeightDecay(double factor, boolean decayBias, Decay kind) implements Serializable {
  public WeightDecay {
    if (!(factor >= 0 && factor < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Invalid optimizer.weightDecay: " + factor + " (must be finite and >= 0)");
    }
  }

  /** Decay that acts where the optimiser has it. */
  public WeightDecay(double factor, boolean decayBias) {
    this(factor, decayBias, null);
  }

  /** The decay of a group. */
  WeightDecay in(ParameterGroup group) {
    return new WeightDecay(
        group.weightDecay() == null ? factor : group.weightDecay(),
        group.decayBias() == null ? decayBias : group.decayBias(),
        kind);
  }

  /** Where it acts under an optimiser. */
  Decay under(Optimizer optimizer) {
    return kind == null ? optimizer.decay() : kind;
  }

  /** The factor of one parameter. */
  public double of(ParameterSlot slot) {
    boolean decayed = slot.kind() == ParameterSlot.Kind.WEIGHT || decayBias;
    return slot.trained() && decayed ? factor : 0;
  }
}
