package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** A weight for some classes, by their names; 1 for all others. */
@Named(value = "named", doc = "Those of some classes, 1 for all others.")
public record NamedWeights(@Key(doc = "Classes and their weights.") List<ClassWeight> classes)
    implements ClassWeights {
  /** The weight of one class. */
  public record ClassWeight(
      @Key(doc = "Name of the class.") String name,
      @Key(doc = "Its weight.", min = 0) double weight)
      implements java.io.Serializable {}

  /** Copies the list. */
  public NamedWeights {
    classes = List.copyOf(classes);
    if (classes.isEmpty()) {
      throw new IllegalArgumentException("Invalid classes: [] (must name one or more)");
    }
    Set<String> seen = new HashSet<>();
    for (ClassWeight each : classes) {
      if (!seen.add(each.name())) {
        throw new IllegalArgumentException(
            "Invalid classes: %s twice (must be distinct)".formatted(each.name()));
      }
    }
  }

  @Override
  public List<Double> of(List<String> names, List<Long> counts) {
    List<Double> weights = new ArrayList<>(Collections.nCopies(names.size(), 1.0));
    for (ClassWeight each : classes) {
      int k = names.indexOf(each.name());
      if (k < 0) {
        throw new IllegalArgumentException(
            "Invalid loss.classWeights: %s (must be a class of the set)".formatted(each.name()));
      }
      weights.set(k, each.weight());
    }
    return weights;
  }
}
