package io.millrace.recipe;

import io.millrace.model.ParameterPattern;
import io.millrace.settings.Key;
import java.io.Serializable;

/**
 * Parameters that are trained in a way of their own: the rule of a config, which takes all
 * parameters that it matches and no rule before it took.
 *
 * @param names pattern of {@code layer.parameter}, with {@code *} for any text
 * @param layers indices of layers with parameters, {@code first..last} or one, from the end where
 *     negative
 */
public record ParameterGroup(
    @Key(doc = ParameterPattern.NAMES, value = "null") String names,
    @Key(
            doc = ParameterPattern.LAYERS,
            value = "null",
            rule = ParameterPattern.LAYERS_RULE,
            pattern = ParameterPattern.LAYERS_PATTERN)
        String layers,
    @Key(doc = "Factor of the learning rate.", value = "1", min = 0) double rate,
    @Key(
            doc = "Momentum; null for the optimiser's.",
            value = "null",
            min = 0,
            max = 1,
            below = true)
        Double momentum,
    @Key(doc = "Weight decay; null for the optimiser's.", value = "null", min = 0)
        Double weightDecay,
    @Key(
            doc = "Whether decay also acts on biases and batch norms; null for the optimiser's.",
            value = "null")
        Boolean decayBias,
    @Key(doc = "Schedule after warm-up; null for that of learningRate.", value = "null")
        Schedule schedule,
    @Key(
            doc =
                "Whether its parameters stay as they are: no gradient, no decay, no state, and they do not travel; a batch norm runs on its statistics.",
            value = "false")
        boolean frozen)
    implements Serializable {
  /** Checks that nothing is said of how frozen parameters move. */
  public ParameterGroup {
    boolean moves =
        rate != 1
            || momentum != null
            || weightDecay != null
            || decayBias != null
            || schedule != null;
    if (frozen && moves) {
      throw new IllegalArgumentException(
          "Invalid frozen: true (must be false where rate, momentum, weightDecay, decayBias or"
              + " schedule are given)");
    }
  }

  /** Takes what no rule took, in the way of the optimiser. */
  static final ParameterGroup REST =
      new ParameterGroup(null, null, 1, null, null, null, null, false);

  /** Which parameters it is about. */
  ParameterPattern pattern() {
    return new ParameterPattern(names, layers);
  }

  /** The same at a share of the rate. */
  ParameterGroup slower(double factor) {
    return factor == 1 || frozen
        ? this
        : new ParameterGroup(
            names, layers, rate * factor, momentum, weightDecay, decayBias, schedule, false);
  }

  /** The same under the schedule of learningRate. */
  ParameterGroup withoutSchedule() {
    return new ParameterGroup(names, layers, rate, momentum, weightDecay, decayBias, null, frozen);
  }

  /** The rule in words. */
  public String words() {
    return pattern().words();
  }
}
