package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/** Mirrors the image top to bottom with a probability. Takes one random number. */
@Named(value = "vertical_flip", doc = "Mirrors top to bottom.")
public record VerticalFlip(
    @Key(doc = "Share of the images that are mirrored.", value = "0.5", min = 0, max = 1)
        double probability)
    implements Reframing {
  /** Checks the probability. */
  public VerticalFlip {
    Checks.probability(probability);
  }

  @Override
  public Frame frame(int height, int width, RandomGenerator random) {
    boolean flipped = random.nextDouble() < probability;
    return Frame.flip(height, width, false, flipped);
  }

  @Override
  public boolean keepsSize() {
    return true;
  }
}
