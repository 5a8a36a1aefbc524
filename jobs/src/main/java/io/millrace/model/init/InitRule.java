package io.millrace.model.init;

import io.millrace.model.ParameterPattern;
import io.millrace.model.ParameterSlot;
import io.millrace.settings.Key;

/**
 * Parameters that start in a way of their own: the rule of a config, which takes all weights that
 * it matches and no rule before it took. Biases and what belongs to batch norms it takes where the
 * pattern ends in the parameter's name, as {@code *.b} does.
 */
public record InitRule(
    @Key(doc = ParameterPattern.NAMES, value = "null") String names,
    @Key(
            doc = ParameterPattern.LAYERS,
            value = "null",
            rule = ParameterPattern.LAYERS_RULE,
            pattern = ParameterPattern.LAYERS_PATTERN)
        String layers,
    @Key(doc = "How they start.", inline = true) Initializer kind) {
  /** Checks that the start is one of a parameter by itself. */
  public InitRule {
    if (kind instanceof Pretrained) {
      throw new IllegalArgumentException(
          "Invalid kind: pretrained (must be one that starts a parameter by itself)");
    }
  }

  /** Which parameters it is about. */
  ParameterPattern pattern() {
    return new ParameterPattern(names, layers);
  }

  /** The parameters in words. */
  public String words() {
    return pattern().words();
  }

  /** Whether a rule that matches a parameter takes it. */
  static boolean mayTake(ParameterPattern pattern, ParameterSlot slot) {
    return switch (slot.kind()) {
      case WEIGHT -> true;
      case BIAS, GAMMA, BETA -> pattern.names() != null && pattern.names().endsWith(slot.name());
      case MEAN, VARIANCE, CENTER -> false;
    };
  }
}
