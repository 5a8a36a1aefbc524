package io.millrace.image;

import io.millrace.settings.OneOf;
import java.io.Serializable;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * One step from a decoded image to the network's input. An operation is an immutable record whose
 * components carry {@link io.millrace.settings.Key}; its name in a config file is its {@link
 * io.millrace.settings.Named}.
 *
 * <p>Runs on executors, on one thread at a time.
 */
@OneOf({
  RandomCrop.class,
  RandomResizedCrop.class,
  CenterCrop.class,
  HorizontalFlip.class,
  VerticalFlip.class,
  Resize.class,
  ResizeShortSide.class,
  QuarterTurn.class,
  Rotate.class,
  RandomScale.class,
  RandomResize.class,
  Brightness.class,
  Contrast.class,
  Saturation.class,
  Hue.class,
  PcaLighting.class,
  Grayscale.class,
  GaussianBlur.class,
  GaussianNoise.class,
  RandAugment.class,
  Sometimes.class,
  RandomChoice.class,
  RandomErasing.class
})
public interface ImageOperation extends Serializable {
  /**
   * Reads {@code in} and writes {@code out}, both [H, W, C] with 8 bits a channel; the two are
   * never the same buffer.
   *
   * @param random the image's own random numbers, keyed by (seed, epoch, id): an operation that
   *     draws always draws the same count, so that the operations after it see the same numbers
   */
  void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random);

  /** Whether an image may come out differently from one epoch to the next. */
  default boolean isRandom() {
    return true;
  }

  /** Whether every image keeps its own size. */
  default boolean keepsSize() {
    return false;
  }

  /**
   * The sizes that an image may have afterwards, the least and the largest of each side among them;
   * empty where only a try can tell.
   *
   * @throws IllegalArgumentException if it cannot take an image of that size
   */
  default Optional<Set<ImageSize>> sizes(ImageSize image) {
    return keepsSize() ? Optional.of(Set.of(image)) : Optional.empty();
  }

  /** Whether it may change an image of so many channels, 1 or 3. */
  default boolean changes(int channels) {
    return true;
  }

  /** Whether it can work on images of so many channels, 1 or 3. */
  default boolean takes(int channels) {
    return true;
  }
}
