package io.millrace.recipe;

import io.millrace.settings.Key;
import java.util.List;

/** The optimiser, and what happens to the gradient before and beside it. */
public record OptimizerConfig(
    @Key(doc = "The optimiser.", value = "nesterov", inline = true) Optimizer kind,
    @Key(doc = "Weight decay.", value = "1e-4", min = 0) double weightDecay,
    @Key(
            doc =
                "Where it acts: l2 in the gradient, or decoupled from it; null is decoupled for adamw, lamb and lion, else l2.",
            value = "null")
        Decay decay,
    @Key(doc = "Whether it also acts on biases and batch-norm gamma and beta.", value = "false")
        boolean decayBias,
    @Key(
            doc = "Largest norm of the gradient over all parameters; null for any.",
            value = "null",
            min = 0,
            above = true)
        Double clipNorm,
    @Key(
            doc = "Largest absolute value of an element of the gradient; null for any.",
            value = "null",
            min = 0,
            above = true)
        Double clipValue,
    @Key(
            doc = "Parameters trained in ways of their own; the first rule that matches takes one.",
            value = "[]")
        List<ParameterGroup> groups) {
  /** Checks that a momentum of a group has something to act on. */
  public OptimizerConfig {
    groups = List.copyOf(groups);
    for (int i = 0; i < groups.size(); i++) {
      if (groups.get(i).momentum() != null && !kind.hasMomentum()) {
        throw new IllegalArgumentException(
            "Invalid groups[%d].momentum: %s (must be null, as this optimiser has no momentum: %s)"
                .formatted(i, Schedule.text(groups.get(i).momentum()), kind));
      }
    }
  }

  /** An optimiser whose gradient is not clipped. */
  public OptimizerConfig(Optimizer kind, double weightDecay, boolean decayBias) {
    this(kind, weightDecay, null, decayBias, null, null, List.of());
  }

  /** Where decay acts. */
  public Decay actingDecay() {
    return decay == null ? kind.decay() : decay;
  }

  /** How gradients are clipped. */
  public Clip clip() {
    return new Clip(
        clipNorm == null ? Double.POSITIVE_INFINITY : clipNorm,
        clipValue == null ? Double.POSITIVE_INFINITY : clipValue);
  }
}
