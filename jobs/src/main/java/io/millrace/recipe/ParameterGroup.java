package io.millrace.recipe;

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
    @Key(doc = "Pattern of layer.parameter, with * for any text; null for any.", value = "null")
        String names,
    @Key(
            doc =
                "Layers that have parameters, by index: one, or first..last; negative from the end; null for any.",
            value = "null",
            rule = "an index or first..last",
            pattern = "-?\\d+(\\.\\.-?\\d+)?")
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
    @Key(doc = "Whether its parameters stay as they are.", value = "false") boolean frozen)
    implements Serializable {
  /** Takes what no rule took, in the way of the optimiser. */
  static final ParameterGroup REST =
      new ParameterGroup(null, null, 1, null, null, null, null, false);

  /** Whether the rule matches a parameter of layer {@code index} among {@code count}. */
  boolean matches(String name, int index, int count) {
    return (names == null || name.matches(pattern(names)))
        && (layers == null || within(index, count));
  }

  private static String pattern(String names) {
    return "\\Q" + names.replace("*", "\\E.*\\Q") + "\\E";
  }

  private boolean within(int index, int count) {
    String[] ends = layers.split("\\.\\.");
    int first = place(ends[0], count);
    int last = place(ends[ends.length - 1], count);
    return first <= index && index <= last;
  }

  private static int place(String text, int count) {
    int index = Integer.parseInt(text);
    return index < 0 ? count + index : index;
  }

  /** The rule in words. */
  public String words() {
    if (names == null && layers == null) {
      return "the rest";
    }
    String which = layers == null ? "" : "layers " + layers;
    return names == null ? which : (names + " " + which).strip();
  }
}
