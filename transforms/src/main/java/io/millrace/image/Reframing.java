package io.millrace.image;

import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** An operation that moves, cuts or resamples pixels and never mixes their channels. */
interface Reframing extends ImageOperation {
  /** Draws what to do with an image of {@code height x width}. */
  Frame frame(int height, int width, RandomGenerator random);

  /** That of a frame: an operation whose size is drawn has to say more. */
  @Override
  default Optional<Set<ImageSize>> sizes(ImageSize image) {
    Frame frame = frame(image.height(), image.width(), new SplittableRandom(0));
    return Optional.of(Set.of(new ImageSize(frame.height(), frame.width())));
  }

  @Override
  default void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    new Renderer().render(in, 1, frame(in.height(), in.width(), random), out);
  }
}
