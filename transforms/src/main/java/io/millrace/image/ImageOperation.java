package io.millrace.image;

import io.millrace.settings.OneOf;
import java.io.Serializable;
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
  ResizeShortSide.class
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
}
