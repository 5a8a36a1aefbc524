package io.millrace.recipe;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.List;

/** A weight for each class, in the order of the classes. */
@Named(value = "given", doc = "One a class, in the order of the classes.")
public record GivenWeights(@Key(doc = "The weights.", min = 0) List<Double> weights)
    implements ClassWeights {
  /** Copies the weights. */
  public GivenWeights {
    weights = List.copyOf(weights);
    if (weights.stream().noneMatch(weight -> weight > 0)) {
      throw new IllegalArgumentException(
          "Invalid weights: %s (must have one above 0)".formatted(weights));
    }
  }

  @Override
  public List<Double> of(List<String> classes, List<Long> counts) {
    if (weights.size() != classes.size()) {
      throw new IllegalArgumentException(
          "Invalid loss.classWeights: %d weights (must be one for each of %d classes)"
              .formatted(weights.size(), classes.size()));
    }
    return weights;
  }
}
