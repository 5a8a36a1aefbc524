package io.millrace.image;

import io.millrace.random.KeyedRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The operations of one image, one after the other: a {@link Combination} gives way to what it
 * draws when it comes to the head, and not before all in front of it have drawn. Not thread-safe.
 */
final class Chain {
  /** What a combination drew, and the numbers that it draws from. */
  private record Drawn(ImageOperation operation, RandomGenerator random) {}

  private final List<ImageOperation> operations;
  private final Deque<Drawn> drawn = new ArrayDeque<>();
  private RandomGenerator random;
  private int next;

  Chain(List<ImageOperation> operations) {
    this.operations = List.copyOf(operations);
  }

  /** Begins with an image. */
  void start(RandomGenerator image) {
    random = image;
    next = 0;
    drawn.clear();
  }

  /** The next operation, which is no combination; null at the end. */
  ImageOperation head() {
    while (true) {
      ImageOperation head = first();
      if (!(head instanceof Combination combination)) {
        return head;
      }
      KeyedRandom own = new Draws(random()).random();
      take();
      List<ImageOperation> chosen = combination.draw(own);
      for (int i = chosen.size() - 1; i >= 0; i--) {
        drawn.push(new Drawn(chosen.get(i), own));
      }
    }
  }

  private ImageOperation first() {
    if (!drawn.isEmpty()) {
      return drawn.peek().operation;
    }
    return next < operations.size() ? operations.get(next) : null;
  }

  /** The numbers that the head draws from. */
  RandomGenerator random() {
    return drawn.isEmpty() ? random : drawn.peek().random;
  }

  /** Takes the head away and returns it. */
  ImageOperation take() {
    return drawn.isEmpty() ? operations.get(next++) : drawn.pop().operation;
  }
}
