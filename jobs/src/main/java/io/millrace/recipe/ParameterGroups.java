package io.millrace.recipe;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterPattern;
import io.millrace.model.ParameterSlot;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which parameter of a network is trained in which way. Each parameter belongs to the first rule
 * that matches it, and what no rule matches to a last one; where a stage gives parameters of one
 * rule different rates, the rule becomes several.
 *
 * @param rules the rules, the last one for what is left
 * @param byName index of the rule of each {@code layer.parameter}
 * @param since of each rule the updates that were done when the state of its parameters was 0
 * @param frozen parameters that stay as they are whatever their rule says
 */
public record ParameterGroups(
    List<ParameterGroup> rules, Map<String, Integer> byName, List<Long> since, Set<String> frozen)
    implements Serializable {
  /**
   * The groups of a network.
   *
   * @throws IllegalArgumentException for a rule that takes no parameter, and for rules that freeze
   *     all of them, or one half of a batch norm's statistics
   */
  public static ParameterGroups of(List<ParameterGroup> given, ParameterLayout layout) {
    return of(given, layout, Tuning.NONE);
  }

  /** The same in a stage. */
  public static ParameterGroups of(
      List<ParameterGroup> given, ParameterLayout layout, Tuning tuning) {
    List<ParameterPattern> patterns = given.stream().map(ParameterGroup::pattern).toList();
    Map<String, Integer> byName =
        ParameterPattern.assign("optimizer.groups", patterns, layout, (rule, slot) -> true);
    layout.slots().forEach(slot -> byName.putIfAbsent(slot.key(), given.size()));
    List<ParameterGroup> rules = new ArrayList<>(given);
    rules.add(ParameterGroup.REST);
    ParameterGroups plain =
        new ParameterGroups(
            List.copyOf(rules),
            Map.copyOf(byName),
            Collections.nCopies(rules.size(), 0L),
            tuning.frozen());
    plain.check(layout);
    return tuning.rates().isEmpty() && tuning.since().isEmpty()
        ? plain
        : plain.split(layout.slots(), tuning);
  }

  /** A rule for each way in which a stage trains parameters of one rule. */
  private ParameterGroups split(List<ParameterSlot> slots, Tuning tuning) {
    record Way(int rule, double rate, long since) {}
    Map<Way, Integer> ways = new LinkedHashMap<>();
    Map<String, Integer> split = new HashMap<>();
    for (ParameterSlot slot : slots) {
      Way way =
          new Way(
              indexOf(slot),
              tuning.rates().getOrDefault(slot.key(), 1.0),
              tuning.since().getOrDefault(slot.key(), 0L));
      ways.putIfAbsent(way, ways.size());
      split.put(slot.key(), ways.get(way));
    }
    List<ParameterGroup> all = new ArrayList<>();
    List<Long> begun = new ArrayList<>();
    ways.forEach(
        (way, index) -> {
          all.add(rules.get(way.rule()).slower(way.rate()));
          begun.add(way.since());
        });
    all.add(ParameterGroup.REST); // whose rate is that of the schedule
    begun.add(0L);
    return new ParameterGroups(List.copyOf(all), Map.copyOf(split), List.copyOf(begun), frozen);
  }

  private void check(ParameterLayout layout) {
    List<ParameterSlot> slots = layout.slots();
    boolean trains = slots.stream().anyMatch(slot -> slot.trained() && moves(slot));
    if (!trains && slots.stream().anyMatch(ParameterSlot::trained)) {
      throw new IllegalArgumentException(
          "Invalid optimizer.groups: all parameters%s are frozen (must leave one to train)"
              .formatted(frozen.isEmpty() ? "" : " that the stage trains"));
    }
    Optional<String> half = layout.halfANorm(this::moves);
    if (half.isPresent()) {
      throw new IllegalArgumentException(
          "Invalid optimizer.groups: of the mean and the variance of %s one is frozen (must be both, or none)"
              .formatted(half.get()));
    }
  }

  /** The index of the rule that a parameter belongs to. */
  public int indexOf(ParameterSlot slot) {
    return byName.get(slot.key());
  }

  /**
   * Whether training moves a parameter or running statistic: the one place that decides it. What
   * does not move has no gradient, no decay, no state, and does not travel.
   */
  public boolean moves(ParameterSlot slot) {
    return !slot.frozen() && !frozen.contains(slot.key()) && !of(slot).frozen();
  }

  /** The rule that a parameter belongs to. */
  public ParameterGroup of(ParameterSlot slot) {
    return rules.get(indexOf(slot));
  }
}
