package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Does one of its operations, with a probability: i in {@code weights_i / sum weights} of those
 * images. Takes one random number, which keys the draws.
 */
@Named(value = "one_of", doc = "One of some operations, drawn for each image.")
public record RandomChoice(
    @Key(doc = "The operations.") List<ImageOperation> operations,
    @Key(
            doc = "How often each is drawn, as a share of their sum; empty for all alike.",
            value = "[]",
            min = 0)
        List<Double> weights,
    @Key(doc = "Share of the images that one of them acts on.", value = "1", min = 0, max = 1)
        double probability)
    implements Combination {
  /** Checks operations and weights. */
  public RandomChoice {
    operations = List.copyOf(operations);
    weights = List.copyOf(weights);
    Checks.that(!operations.isEmpty(), "operations", operations, "one or more");
    double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
    boolean numbers = weights.stream().allMatch(each -> each >= 0) && Double.isFinite(sum);
    boolean one = weights.isEmpty() || weights.stream().anyMatch(each -> each > 0);
    boolean each = weights.isEmpty() || weights.size() == operations.size();
    Checks.that(
        numbers && one && each,
        "weights",
        weights,
        "one an operation, >= 0, one above 0, their sum finite");
    Checks.probability(probability);
  }

  @Override
  public List<ImageOperation> draw(RandomGenerator random) {
    boolean happens = random.nextDouble() < probability;
    double place = random.nextDouble();
    return happens ? List.of(operations.get(drawn(place))) : List.of();
  }

  /** The operation at a share of the sum of all weights; none that weighs nothing. */
  private int drawn(double place) {
    if (weights.isEmpty()) {
      return (int) (place * operations.size());
    }
    double left = place * weights.stream().mapToDouble(Double::doubleValue).sum();
    int last = 0;
    for (int i = 0; i < weights.size(); i++) {
      if (weights.get(i) > 0) {
        last = i;
        if (left < weights.get(i)) {
          return i;
        }
        left -= weights.get(i);
      }
    }
    return last;
  }

  @Override
  public boolean keepsSize() {
    return operations.stream().allMatch(ImageOperation::keepsSize);
  }

  @Override
  public Optional<Set<ImageSize>> sizes(ImageSize image) {
    Set<ImageSize> sizes = new LinkedHashSet<>();
    if (probability < 1) {
      sizes.add(image);
    }
    for (ImageOperation operation : operations) {
      Optional<Set<ImageSize>> made = operation.sizes(image);
      if (made.isEmpty()) {
        return made;
      }
      sizes.addAll(made.get());
    }
    return Optional.of(sizes);
  }
}
