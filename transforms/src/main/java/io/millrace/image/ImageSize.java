package io.millrace.image;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The size of an image.
 *
 * @param height in pixels
 * @param width in pixels
 */
public record ImageSize(int height, int width) {
  /**
   * What operations may make of images of some sizes, one after the other; empty where one of them
   * cannot tell.
   */
  static Optional<Set<ImageSize>> after(List<ImageOperation> operations, Set<ImageSize> sizes) {
    Set<ImageSize> known = sizes;
    for (ImageOperation operation : operations) {
      Optional<Set<ImageSize>> next = after(operation, known);
      if (next.isEmpty()) {
        return next;
      }
      known = next.get();
    }
    return Optional.of(known);
  }

  /** What an operation may make of images of some sizes; empty where it cannot tell. */
  public static Optional<Set<ImageSize>> after(ImageOperation operation, Set<ImageSize> sizes) {
    Set<ImageSize> made = new LinkedHashSet<>();
    for (ImageSize size : sizes) {
      Optional<Set<ImageSize>> told = operation.sizes(size);
      if (told.isEmpty()) {
        return told;
      }
      made.addAll(told.get());
    }
    return Optional.of(made);
  }

  @Override
  public String toString() {
    return width + " x " + height;
  }
}
