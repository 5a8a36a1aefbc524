package io.millrace.recipe;

import io.millrace.settings.Named;
import java.util.ArrayList;
import java.util.List;

/**
 * Rare classes count more: {@code w_k = n / (K n_k)} for n_k of n examples, so that the mean weight
 * of an example is 1.
 */
@Named(value = "frequency", doc = "n / (K n_k), by the examples of train.")
public record FrequencyWeights() implements ClassWeights {
  @Override
  public List<Double> of(List<String> classes, List<Long> counts) {
    double examples = counts.stream().mapToLong(Long::longValue).sum();
    List<Double> weights = new ArrayList<>();
    for (int k = 0; k < classes.size(); k++) {
      if (counts.get(k) == 0) {
        throw new IllegalArgumentException(
            "Invalid loss.classWeights: frequency (must have an example of every class in train, it has none of %s)"
                .formatted(classes.get(k)));
      }
      weights.add(examples / ((double) classes.size() * counts.get(k)));
    }
    return weights;
  }
}
