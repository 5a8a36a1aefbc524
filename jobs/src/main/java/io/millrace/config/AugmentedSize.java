package io.millrace.config;

import io.millrace.image.CenterCrop;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.ImageOperation;
import io.millrace.image.ImageOperations;
import io.millrace.image.RandomCrop;
import io.millrace.image.RandomResizedCrop;
import io.millrace.image.Resize;
import io.millrace.image.VerticalFlip;
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
    for (int last = operations.size() - 1; last >= 0; last--) {
      ImageOperation operation = operations.get(last);
      if (!(operation instanceof HorizontalFlip || operation instanceof VerticalFlip)) {
        String key = "augment[%d].%s".formatted(last, ImageOperations.nameOf(operation));
        return of(key, operation);
      }
    }
    return Optional.empty();
  }

  private static Optional<AugmentedSize> of(String key, ImageOperation operation) {
    if (operation instanceof RandomCrop crop) {
      return Optional.of(new AugmentedSize(key, crop.height(), crop.width()));
    }
    if (operation instanceof RandomResizedCrop crop) {
      return Optional.of(new AugmentedSize(key, crop.height(), crop.width()));
    }
    if (operation instanceof CenterCrop crop) {
      return Optional.of(new AugmentedSize(key, crop.height(), crop.width()));
    }
    if (operation instanceof Resize resize) {
      return Optional.of(new AugmentedSize(key, resize.height(), resize.width()));
    }
    return Optional.empty();
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
