package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/** Mirrors the image left to right with a probability. Takes one random number. */
@Named(value = "horizontal_flip", doc = "Mirrors left to right.")
public record HorizontalFlip(
    @Key(doc = "Share of the images that are mirrored.", value = "0.5", min = 0, max = 1)
        double probability)
    implements Reframing {
  /** Checks the probability. */
  public HorizontalFlip {
    Checks.probability(probability);
  }

  @Override
  public Frame frame(int height, int width, RandomGenerator random) {
    boolean flipped = random.nextDouble() < probability;
    return Frame.flip(height, width, flipped, false);
  }

  @Override
  public boolean keepsSize() {
    return true;
  }
}
