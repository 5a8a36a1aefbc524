package io.millrace.image;

import io.millrace.settings.Names;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** What a list of operations has to keep to, known before an image is looked at. */
public final class AugmentRules {
  private AugmentRules() {}

  /**
   * What is wrong with operations on images of so many channels, a line each, in the words of a
   * config's errors.
   */
  public static List<String> problems(List<ImageOperation> operations, int channels) {
    List<String> problems = new ArrayList<>();
    int erasing = firstErasing(operations);
    for (int i = 0; i < operations.size(); i++) {
      String key = "augment[%d]".formatted(i);
      ImageOperation operation = operations.get(i);
      if (i >= erasing && !(operation instanceof RandomErasing)) {
        problems.add(
            "Invalid %s: %s (must stand before augment[%d], %s: that acts on what is normalised)"
                .formatted(key, name(operation), erasing, name(operations.get(erasing))));
      }
      check(operation, key, channels, problems);
    }
    return problems;
  }

  /** The operations that leave every image of so many channels as it is, a line each. */
  public static List<String> idle(List<ImageOperation> operations, int channels) {
    List<String> idle = new ArrayList<>();
    addIdle(operations, "augment", channels, idle);
    return idle;
  }

  private static void addIdle(
      List<ImageOperation> operations, String list, int channels, List<String> idle) {
    for (int i = 0; i < operations.size(); i++) {
      ImageOperation operation = operations.get(i);
      String place = "%s[%d]".formatted(list, i);
      if (!operation.changes(channels)) {
        idle.add(
            "%s: %s; images have %d channel%s"
                .formatted(place, name(operation), channels, channels == 1 ? "" : "s"));
      }
      if (operation instanceof Combination combination) {
        String parts = "%s.%s.operations".formatted(place, name(operation));
        addIdle(combination.operations(), parts, channels, idle);
      }
    }
  }

  /** Where the operations on what is normalised begin. */
  static int firstErasing(List<ImageOperation> operations) {
    int first = 0;
    while (first < operations.size() && !(operations.get(first) instanceof RandomErasing)) {
      first++;
    }
    return first;
  }

  private static void check(
      ImageOperation operation, String key, int channels, List<String> problems) {
    if (!operation.takes(channels)) {
      problems.add(
          "Invalid %s: %s (must be left out where images have %d channel%s)"
              .formatted(key, name(operation), channels, channels == 1 ? "" : "s"));
    }
    if (operation instanceof Combination combination) {
      for (int i = 0; i < combination.operations().size(); i++) {
        ImageOperation part = combination.operations().get(i);
        String place = "%s.%s.operations[%d]".formatted(key, name(operation), i);
        if (part instanceof RandomErasing) {
          problems.add(
              "Invalid %s: %s (must stand in augment itself: it acts on what is normalised)"
                  .formatted(place, name(part)));
        }
        check(part, place, channels, problems);
      }
    }
  }

  private static String name(ImageOperation operation) {
    return Names.of(operation.getClass());
  }

  /**
   * The sizes that an operation may make of some; one that cannot tell is tried on a black image of
   * each.
   *
   * @throws IllegalArgumentException if it cannot take one of them
   */
  static Set<ImageSize> sizes(ImageOperation operation, Set<ImageSize> sizes, int channels) {
    Optional<Set<ImageSize>> told = ImageSize.after(operation, sizes);
    if (told.isPresent()) {
      return told.get();
    }
    Set<ImageSize> made = new LinkedHashSet<>();
    for (ImageSize size : sizes) {
      PixelBuffer in = new PixelBuffer().reshape(size.height(), size.width(), channels);
      PixelBuffer out = new PixelBuffer();
      operation.apply(in, out, new SplittableRandom(0));
      made.add(new ImageSize(out.height(), out.width()));
    }
    return made;
  }

  /**
   * Tries operations on an image of {@code imageHeight x imageWidth}, so that what cannot work is
   * known before anything runs. Pixels are made only for an operation that cannot tell a size.
   *
   * @throws IllegalArgumentException if one cannot take such an image, or all together do not give
   *     {@code height x width}
   */
  public static void tryOn(
      List<ImageOperation> operations,
      int imageHeight,
      int imageWidth,
      int channels,
      int height,
      int width) {
    Set<ImageSize> sizes = Set.of(new ImageSize(imageHeight, imageWidth));
    for (ImageOperation operation : operations) {
      sizes = sizes(operation, sizes, channels);
    }
    for (ImageSize size : sizes) {
      requireSize(size.height(), size.width(), height, width);
    }
  }

  /**
   * Checks what operations gave.
   *
   * @throws IllegalArgumentException if it is not {@code height x width}
   */
  static void requireSize(int givenHeight, int givenWidth, int height, int width) {
    if (givenHeight != height || givenWidth != width) {
      throw new IllegalArgumentException(
          "Invalid augment: gives %d x %d (must be the input's width x height, %d x %d)"
              .formatted(givenWidth, givenHeight, width, height));
    }
  }
}
