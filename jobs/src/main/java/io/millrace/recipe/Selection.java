package io.millrace.recipe;

import io.millrace.model.Children;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterPattern;
import io.millrace.model.ParameterSlot;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which parameters of a network a stage trains, by rules: {@code all}, {@code head}, {@code
 * backbone}; a top-level child by name or index, from the end where negative; {@code first..last},
 * of which either end may be missing; a pattern of {@code layer} or {@code layer.parameter}, with
 * {@code *} for any text.
 *
 * @param train rules of what is trained; empty for all
 * @param freeze rules of what is not, though a rule of train takes it
 */
public record Selection(List<String> train, List<String> freeze) {
  /** What a rule must be, for the table of keys. */
  public static final String RULE =
      "all, head, backbone, a top-level layer by name or index, first..last, or a pattern with *";

  /** Copies the rules. */
  public Selection {
    train = List.copyOf(train);
    freeze = List.copyOf(freeze);
  }

  /**
   * The keys of the parameters of a network that stay as they are.
   *
   * @param key where the rules stand in a config, as {@code stages[1]}
   * @throws IllegalArgumentException for a rule that takes no parameter, and for rules that leave
   *     none to train
   */
  public Set<String> frozen(String key, Children children, ParameterLayout layout) {
    Set<String> trained = new HashSet<>();
    if (train.isEmpty()) {
      layout.slots().forEach(slot -> trained.add(slot.key()));
    }
    for (int i = 0; i < train.size(); i++) {
      trained.addAll(taken("%s.train[%d]".formatted(key, i), train.get(i), children, layout));
    }
    for (int i = 0; i < freeze.size(); i++) {
      trained.removeAll(taken("%s.freeze[%d]".formatted(key, i), freeze.get(i), children, layout));
    }
    if (layout.slots().stream().noneMatch(slot -> slot.trained() && trained.contains(slot.key()))) {
      throw refused(key, "leave a parameter to train");
    }
    Optional<String> half = layout.halfANorm(slot -> trained.contains(slot.key()));
    if (half.isPresent()) {
      throw refused(key, "freeze both mean and variance of %s, or none".formatted(half.get()));
    }
    return layout.slots().stream()
        .map(ParameterSlot::key)
        .filter(each -> !trained.contains(each))
        .collect(Collectors.toUnmodifiableSet());
  }

  private IllegalArgumentException refused(String key, String rule) {
    return new IllegalArgumentException(
        "Invalid %s.%s: %s (must %s)"
            .formatted(
                key,
                freeze.isEmpty() ? "train" : "freeze",
                freeze.isEmpty() ? train : freeze,
                rule));
  }

  private static Set<String> taken(
      String key, String rule, Children children, ParameterLayout layout) {
    Set<String> vertices = vertices(rule, children);
    Set<String> taken =
        layout.slots().stream()
            .filter(
                slot -> vertices == null ? matches(rule, slot) : vertices.contains(slot.vertex()))
            .map(ParameterSlot::key)
            .collect(Collectors.toSet());
    if (taken.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid %s: %s takes no parameter (must be %s; the top-level layers are %s)"
              .formatted(key, rule, RULE, ParameterPattern.shortened(children.names())));
    }
    return taken;
  }

  private static boolean matches(String rule, ParameterSlot slot) {
    return ParameterPattern.matches(rule, slot.vertex())
        || ParameterPattern.matches(rule, slot.key());
  }

  /** What a rule takes; null for a pattern of names. */
  private static Set<String> vertices(String rule, Children children) {
    List<String> names = children.names();
    switch (rule.toLowerCase(Locale.ROOT)) {
      case "all":
        return Set.copyOf(children.between(0, names.size() - 1));
      case "head":
        return children.head();
      case "backbone":
        Set<String> rest = new HashSet<>(children.between(0, names.size() - 1));
        rest.removeAll(children.head());
        return rest;
      default:
        return stretch(rule, children);
    }
  }

  private static Set<String> stretch(String rule, Children children) {
    int dots = rule.indexOf("..");
    String first = dots < 0 ? rule : rule.substring(0, dots);
    String last = dots < 0 ? rule : rule.substring(dots + 2);
    OptionalInt from = first.isEmpty() ? OptionalInt.of(0) : children.place(first);
    OptionalInt to =
        last.isEmpty() ? OptionalInt.of(children.names().size() - 1) : children.place(last);
    if (dots < 0 && from.isEmpty() && !first.matches("-?\\d+")) {
      return null;
    }
    return from.isPresent() && to.isPresent() && from.getAsInt() <= to.getAsInt()
        ? Set.copyOf(children.between(from.getAsInt(), to.getAsInt()))
        : Set.of();
  }

  /** In words, for people. */
  public String words() {
    String trained = train.isEmpty() ? "all" : String.join(", ", train);
    return freeze.isEmpty() ? trained : trained + " but " + String.join(", ", freeze);
  }
}
