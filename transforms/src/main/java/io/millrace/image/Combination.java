package io.millrace.image;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * An operation that is made of others: which, and how they are set, is drawn for each image. A
 * pipeline does what was drawn as if it stood in the list itself. Takes one random number, which
 * keys all draws, those of its parts too.
 */
interface Combination extends ImageOperation {
  /** Draws the operations of one image, in order. */
  List<ImageOperation> draw(RandomGenerator random);

  /** The operations that a config names. */
  default List<ImageOperation> operations() {
    return List.of();
  }

  @Override
  default void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    Chain chain = new Chain(List.of(this));
    chain.start(random);
    PixelBuffer from = in;
    while (chain.head() != null) {
      PixelBuffer to = new PixelBuffer();
      RandomGenerator own = chain.random();
      chain.take().apply(from, to, own);
      from = to;
    }
    PixelOperation.copy(from, out);
  }
}
