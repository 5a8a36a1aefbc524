package io.millrace.diagnostics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;

/**
 * What a diagnostic has found up to now.
 *
 * @param layers the network
 * @param epochs the figures of each epoch, by layer and name, the newest last
 */
public record Course(Layers layers, List<Map<String, Map<String, Double>>> epochs) {
  /** A figure of the newest epoch; not a number where it was not measured. */
  public double now(String layer, String figure) {
    return at(epochs.get(epochs.size() - 1), layer, figure);
  }

  /** The largest that a figure has been; not a number where it never was measured. */
  public double largest(String layer, String figure) {
    double largest = Double.NaN;
    for (Map<String, Map<String, Double>> each : epochs) {
      double value = at(each, layer, figure);
      largest = Double.isNaN(largest) ? value : Math.max(largest, orLeast(value));
    }
    return largest;
  }

  /** The layers of the newest epoch whose figure passes, the largest first. */
  public List<String> where(String figure, DoublePredicate passes) {
    Map<String, Double> found = new HashMap<>();
    for (String layer : epochs.get(epochs.size() - 1).keySet()) {
      double value = now(layer, figure);
      if (passes.test(value)) {
        found.put(layer, value);
      }
    }
    List<String> names = new ArrayList<>(epochs.get(epochs.size() - 1).keySet());
    names.retainAll(found.keySet());
    names.sort(Comparator.comparingDouble(found::get).reversed());
    return names;
  }

  private static double orLeast(double value) {
    return Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value;
  }

  private static double at(Map<String, Map<String, Double>> epoch, String layer, String figure) {
    Double value = epoch.getOrDefault(layer, Map.of()).get(figure);
    return value == null ? Double.NaN : value;
  }
}
