package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which parameter of a network is trained in which way. Each parameter belongs to the first rule
 * that matches it, and what no rule matches to a last one.
 *
 * @param rules the rules, the last one for what is left
 * @param byName index of the rule of each {@code layer.parameter}
 */
public record ParameterGroups(List<ParameterGroup> rules, Map<String, Integer> byName)
    implements Serializable {
  /**
   * The groups of a network.
   *
   * @throws IllegalArgumentException for a rule that takes no parameter
   */
  public static ParameterGroups of(List<ParameterGroup> given, ParameterLayout layout) {
    List<ParameterGroup> rules = new ArrayList<>(given);
    rules.add(ParameterGroup.REST);
    Set<String> layers = new LinkedHashSet<>();
    layout.slots().forEach(slot -> layers.add(slot.vertex()));
    List<String> order = List.copyOf(layers);
    Map<String, Integer> byName = new HashMap<>();
    for (ParameterSlot slot : layout.slots()) {
      int layer = order.indexOf(slot.vertex());
      int rule = 0;
      while (!rules.get(rule).matches(name(slot), layer, order.size())) {
        rule++;
      }
      byName.put(name(slot), rule);
    }
    for (int rule = 0; rule < given.size(); rule++) {
      if (!byName.containsValue(rule)) {
        throw new IllegalArgumentException(
            "Invalid optimizer.groups[%d]: %s takes no parameter (must match one that no rule before"
                    .formatted(rule, given.get(rule).words())
                + " it takes; the layers are %s)".formatted(shortened(order)));
      }
    }
    return new ParameterGroups(List.copyOf(rules), Map.copyOf(byName));
  }

  private static String shortened(List<String> names) {
    return names.size() <= 8
        ? String.join(", ", names)
        : String.join(", ", names.subList(0, 4))
            + ", ..., "
            + String.join(", ", names.subList(names.size() - 3, names.size()));
  }

  /** The index of the rule that a parameter belongs to. */
  public int indexOf(ParameterSlot slot) {
    return byName.get(name(slot));
  }

  /** The rule that a parameter belongs to. */
  public ParameterGroup of(ParameterSlot slot) {
    return rules.get(indexOf(slot));
  }

  private static String name(ParameterSlot slot) {
    return slot.vertex() + "." + slot.name();
  }
}
