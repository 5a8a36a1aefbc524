package io.millrace.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Which parameters of a network a rule of a config is about.
 *
 * @param names pattern of {@code layer.parameter}, with {@code *} for any text; null for any
 * @param layers indices of layers with parameters, {@code first..last} or one, from the end where
 *     negative; null for any
 */
public record ParameterPattern(String names, String layers) implements Serializable {
  /** What {@link #names} are, for the table of keys. */
  public static final String NAMES =
      "Pattern of layer.parameter, with * for any text; null for any.";

  /** What {@link #layers} are, for the table of keys. */
  public static final String LAYERS =
      "Layers that have parameters, by index: one, or first..last; negative from the end; null for any.";

  /** What {@link #layers} must be, in words. */
  public static final String LAYERS_RULE = "an index or first..last";

  /** What {@link #layers} must match. */
  public static final String LAYERS_PATTERN = "-?\\d{1,9}(\\.\\.-?\\d{1,9})?";

  /**
   * The index of the first rule that takes each parameter, by {@link ParameterSlot#key}; a
   * parameter that none takes is left out.
   *
   * @param key where the rules stand in a config
   * @param mayTake whether a rule that matches a parameter is also about its kind
   * @throws IllegalArgumentException for a rule that takes no parameter
   */
  public static Map<String, Integer> assign(
      String key,
      List<ParameterPattern> rules,
      ParameterLayout layout,
      BiPredicate<ParameterPattern, ParameterSlot> mayTake) {
    Set<String> layers = new LinkedHashSet<>();
    layout.slots().forEach(slot -> layers.add(slot.vertex()));
    List<String> order = new ArrayList<>(layers);
    Map<String, Integer> taken = new HashMap<>();
    for (ParameterSlot slot : layout.slots()) {
      int layer = order.indexOf(slot.vertex());
      for (int rule = 0; rule < rules.size() && !taken.containsKey(slot.key()); rule++) {
        ParameterPattern pattern = rules.get(rule);
        if (pattern.matches(slot.key(), layer, order.size()) && mayTake.test(pattern, slot)) {
          taken.put(slot.key(), rule);
        }
      }
    }
    for (int rule = 0; rule < rules.size(); rule++) {
      if (!taken.containsValue(rule)) {
        throw new IllegalArgumentException(
            "Invalid %s[%d]: %s takes no parameter (must match one that no rule before it takes; the layers are %s)"
                .formatted(key, rule, rules.get(rule).words(), shortened(order)));
      }
    }
    return taken;
  }

  /** Whether it matches a parameter of layer {@code index} among {@code count}. */
  boolean matches(String name, int index, int count) {
    return (names == null || matches(names, name)) && (layers == null || within(index, count));
  }

  /** Whether a name matches a pattern, with {@code *} for any text. */
  public static boolean matches(String pattern, String name) {
    return name.matches(pattern(pattern));
  }

  private static String pattern(String names) {
    return Arrays.stream(names.split("\\*", -1))
        .map(Pattern::quote)
        .collect(Collectors.joining(".*"));
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

  /** Names for a message, the middle of many left out. */
  public static String shortened(List<String> names) {
    return names.size() <= 8
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 4))
            + ", ..., "
            + String.join(", ", names.subList(names.size() - 3, names.size()));
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
