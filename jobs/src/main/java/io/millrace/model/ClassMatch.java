package io.millrace.model;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The classes of a model and of a data set, matched by name.
 *
 * @param model the model's, in the order of its outputs
 * @param set the data set's, in the order of its labels
 */
public record ClassMatch(List<String> model, List<String> set) {
  private static final int NAMED = 5;

  /** Copies the lists. */
  public ClassMatch {
    model = List.copyOf(model);
    set = List.copyOf(set);
  }

  /** The output for each label of the set, -1 where the model does not know the class. */
  public int[] outputs() {
    Map<String, Integer> place = new HashMap<>();
    for (int output = 0; output < model.size(); output++) {
      place.put(model.get(output), output);
    }
    return set.stream().mapToInt(name -> place.getOrDefault(name, -1)).toArray();
  }

  /** Whether every label is the number of its output. */
  public boolean same() {
    return model.equals(set);
  }

  /** Classes of the set that the model does not know. */
  public List<String> unknown() {
    return without(set, model);
  }

  /** Classes of the model that the set does not have. */
  public List<String> absent() {
    return without(model, set);
  }

  /** What is unknown and absent, in words; empty where both have the same classes. */
  public String difference() {
    String unknown = unknown().isEmpty() ? "" : "the model does not know " + named(unknown());
    String absent = absent().isEmpty() ? "" : "the set does not have " + named(absent());
    return unknown + (unknown.isEmpty() || absent.isEmpty() ? "" : "; ") + absent;
  }

  /** Some names and how many more there are. */
  public static String named(List<String> names) {
    int more = names.size() - NAMED;
    return String.join(", ", names.subList(0, Math.min(NAMED, names.size())))
        + (more > 0 ? " and %d more".formatted(more) : "");
  }

  private static List<String> without(List<String> names, List<String> others) {
    Set<String> known = new HashSet<>(others);
    return names.stream().filter(name -> !known.contains(name)).toList();
  }
}
