package io.millrace.recipe;

import io.millrace.model.Children;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What a stage makes of the parameters of a network, by {@code layer.parameter}.
 *
 * @param frozen those that stay as they are
 * @param rates factor of the learning rate; 1 for those that are not named
 * @param since updates that were done when the optimiser's state of a parameter was 0; 0 for those
 *     that are not named
 * @param origin updates that were done when the stage began, from where its schedule counts
 */
public record Tuning(
    Set<String> frozen, Map<String, Double> rates, Map<String, Long> since, long origin) {
  /** All parameters alike, from the start. */
  public static final Tuning NONE = new Tuning(Set.of(), Map.of(), Map.of(), 0);

  /** Copies the maps. */
  public Tuning {
    frozen = Set.copyOf(frozen);
    rates = Map.copyOf(rates);
    since = Map.copyOf(since);
  }

  /**
   * Layer-wise decay of rates: the factor of a parameter is {@code d^(depth(top) - depth)}, 1 for
   * the head, whose lowest layer is the top unless it has no parameters.
   *
   * <p>Jeremy Howard, Sebastian Ruder: Universal Language Model Fine-tuning (2018, arXiv
   * 1801.06146), d = 1 / 2.6; Hangbo Bao, Li Dong, Songhao Piao, Furu Wei: BEiT (2021, arXiv
   * 2106.08254), d = 0.65 to 0.75. Depth as {@link Children#depths} counts it.
   *
   * @param d decay of a level, > 0
   */
  public static Map<String, Double> layerDecay(
      double d, Children children, ParameterLayout layout) {
    Map<String, Integer> depths = children.depths(layout);
    int top =
        children.head().stream()
            .filter(depths::containsKey)
            .mapToInt(depths::get)
            .min()
            .orElseGet(() -> Collections.max(depths.values()));
    Map<String, Double> rates = new HashMap<>();
    for (ParameterSlot slot : layout.slots()) {
      boolean inHead = children.head().contains(slot.vertex());
      int below = inHead ? 0 : top - depths.get(slot.vertex());
      rates.put(slot.key(), StrictMath.pow(d, below));
    }
    return rates;
  }
}
