package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterPattern;
import io.millrace.model.ParameterSlot;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
   * @throws IllegalArgumentException for a rule that takes no parameter, and for rules that freeze
   *     all of them, or one half of a batch norm's statistics
   */
  public static ParameterGroups of(List<ParameterGroup> given, ParameterLayout layout) {
    List<ParameterPattern> patterns = given.stream().map(ParameterGroup::pattern).toList();
    Map<String, Integer> byName =
        ParameterPattern.assign("optimizer.groups", patterns, layout, (rule, slot) -> true);
    layout.slots().forEach(slot -> byName.putIfAbsent(slot.key(), given.size()));
    List<ParameterGroup> rules = new ArrayList<>(given);
    rules.add(ParameterGroup.REST);
    ParameterGroups groups = new ParameterGroups(List.copyOf(rules), Map.copyOf(byName));
    groups.check(layout.slots());
    return groups;
  }

  private void check(List<ParameterSlot> slots) {
    boolean trains = slots.stream().anyMatch(slot -> slot.trained() && !of(slot).frozen());
    if (!trains && slots.stream().anyMatch(ParameterSlot::trained)) {
      throw new IllegalArgumentException(
          "Invalid optimizer.groups: all parameters are frozen (must leave one to train)");
    }
    Map<String, Boolean> frozen = new HashMap<>();
    for (ParameterSlot slot : slots) {
      Boolean before =
          slot.kind().isStatistic() ? frozen.put(slot.vertex(), of(slot).frozen()) : null;
      if (before != null && before != of(slot).frozen()) {
        throw new IllegalArgumentException(
            "Invalid optimizer.groups: of the mean and the variance of %s one is frozen (must be both, or none)"
                .formatted(slot.vertex()));
      }
    }
  }

  /** The index of the rule that a parameter belongs to. */
  public int indexOf(ParameterSlot slot) {
    return byName.get(slot.key());
  }

  /** The rule that a parameter belongs to. */
  public ParameterGroup of(ParameterSlot slot) {
    return rules.get(indexOf(slot));
  }
}
