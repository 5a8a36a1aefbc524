package io.millrace.config;

import io.millrace.dataset.InputConfig;
import io.millrace.image.FixedSize;
import io.millrace.image.ImageOperation;
import io.millrace.image.ImageSize;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The sizes that image operations may give to every image, where they do not follow from the
 * image's.
 *
 * @param key of the operation that makes them
 * @param sizes all that there may be
 */
record AugmentedSize(String key, Set<ImageSize> sizes) {
  static Optional<AugmentedSize> of(List<ImageOperation> operations) {
    Optional<AugmentedSize> known = Optional.empty();
    for (int i = 0; i < operations.size(); i++) {
      ImageOperation operation = operations.get(i);
      String key = "augment[%d].%s".formatted(i, Choices.nameOf(operation.getClass()));
      if (operation instanceof FixedSize fixed) {
        ImageSize size = new ImageSize(fixed.height(), fixed.width());
        known = Optional.of(new AugmentedSize(key, Set.of(size)));
      } else {
        known = known.flatMap(before -> before.then(key, operation));
      }
    }
    return known;
  }

  private Optional<AugmentedSize> then(String next, ImageOperation operation) {
    return ImageSize.after(operation, sizes)
        .map(made -> made.equals(sizes) ? this : new AugmentedSize(next, made));
  }

  /** Adds a problem where the network wants another size. */
  void check(InputConfig input, List<String> problems) {
    for (ImageSize size : sizes) {
      if (size.height() != input.height() || size.width() != input.width()) {
        problems.add(
            "Invalid %s: gives %s (must be the input's width x height, %d x %d)"
                .formatted(key, size, input.width(), input.height()));
        return;
      }
    }
  }
}
