package io.millrace.model.layers;

import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What in a network does not move, by vertex.
 *
 * @param moving vertices of which training moves a parameter or a running statistic
 * @param fixedNorms batch norms that normalise by their running statistics, which stay
 */
public record FrozenParts(Set<String> moving, Set<String> fixedNorms) implements Serializable {
  /** Those of parameters that move. */
  public static FrozenParts of(ParameterLayout layout, Predicate<ParameterSlot> moves) {
    Set<String> moving =
        layout.slots().stream()
            .filter(moves)
            .map(ParameterSlot::vertex)
            .collect(Collectors.toUnmodifiableSet());
    Set<String> fixed =
        layout.slots().stream()
            .filter(slot -> slot.kind().isStatistic() && !slot.frozen() && !moves.test(slot))
            .map(ParameterSlot::vertex)
            .collect(Collectors.toUnmodifiableSet());
    return new FrozenParts(moving, fixed);
  }

  /**
   * The vertices that a gradient is computed for: those that move, and all above them.
   *
   * @param inputs by vertex, of the whole network
   */
  public Set<String> live(Map<String, List<String>> inputs) {
    Set<String> live = new HashSet<>(moving);
    boolean more = true;
    while (more) {
      more = false;
      for (Map.Entry<String, List<String>> vertex : inputs.entrySet()) {
        if (!live.contains(vertex.getKey())
            && vertex.getValue().stream().anyMatch(live::contains)) {
          more |= live.add(vertex.getKey());
        }
      }
    }
    live.retainAll(inputs.keySet()); // some are fused into others
    return live;
  }
}
