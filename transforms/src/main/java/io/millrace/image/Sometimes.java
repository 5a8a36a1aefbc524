package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Does all of its operations in order with a probability, else none of them. Takes one random
 * number, which keys the draws.
 */
@Named(value = "sometimes", doc = "All of some operations in order, or none.")
public record Sometimes(
    @Key(doc = "The operations.") List<ImageOperation> operations,
    @Key(doc = "Share of the images that they act on.", value = "0.5", min = 0, max = 1)
        double probability)
    implements Combination {
  /** Checks that there are operations. */
  public Sometimes {
    operations = List.copyOf(operations);
    Checks.that(!operations.isEmpty(), "operations", operations, "one or more");
    Checks.probability(probability);
  }

  @Override
  public List<ImageOperation> draw(RandomGenerator random) {
    return random.nextDouble() < probability ? operations : List.of();
  }

  @Override
  public boolean keepsSize() {
    return operations.stream().allMatch(ImageOperation::keepsSize);
  }

  @Override
  public Optional<Set<ImageSize>> sizes(ImageSize image) {
    Set<ImageSize> sizes = new LinkedHashSet<>(Set.of(image));
    Optional<Set<ImageSize>> made = ImageSize.after(operations, sizes);
    if (probability == 1) {
      return made;
    }
    made.ifPresent(sizes::addAll);
    return made.isEmpty() ? made : Optional.of(sizes);
  }
}
