package io.millrace.image;

import java.util.random.RandomGenerator;

/** An operation that moves, cuts or resamples pixels and never mixes their channels. */
interface Reframing extends ImageOperation {
  /** Draws what to do with an image of {@code height x width}. */
  Frame frame(int height, int width, RandomGenerator random);

  @Override
  default void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    new Renderer().render(in, 1, frame(in.height(), in.width(), random), out);
  }
}
