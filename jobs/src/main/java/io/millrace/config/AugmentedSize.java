package io.millrace.config;

import io.millrace.dataset.InputConfig;
import io.millrace.image.FixedSize;
import io.millrace.image.ImageOperation;
import java.util.List;
import java.util.Optional;

/**
 * The size that image operations give to every image, where it does not follow from the image's.
 *
 * @param key of the operation that makes it
 * @param height in pixels
 * @param width in pixels
 */
record AugmentedSize(String key, int height, int width) {
  static Optional<AugmentedSize> of(List<ImageOperation> operations) {
    int last = operations.size() - 1;
    while (last >= 0 && operations.get(last).keepsSize()) {
      last--;
    }
    if (last < 0 || !(operations.get(last) instanceof FixedSize operation)) {
      return Optional.empty();
    }
    String key = "augment[%d].%s".formatted(last, Choices.nameOf(operation.getClass()));
    return Optional.of(new AugmentedSize(key, operation.height(), operation.width()));
  }

  /** Adds a problem where the network wants another size. */
  void check(InputConfig input, List<String> problems) {
    if (height != input.height() || width != input.width()) {
      problems.add(
          "Invalid %s: gives %d x %d (must be the input's height x width, %d x %d)"
              .formatted(key, height, width, input.height(), input.width()));
    }
  }
}
