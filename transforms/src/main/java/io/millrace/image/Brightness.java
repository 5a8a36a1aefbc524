package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Multiplies all levels by {@code f ~ U(min, max)}: {@code level' = f * level}, clipped and rounded
 * down. Takes one random number, which keys the draws.
 *
 * <p>Source: the jitter of He et al., "Bag of Tricks", 2018, arXiv 1812.01187, with 0.6 to 1.4; the
 * bytes of Pillow's {@code ImageEnhance.Brightness}.
 */
@Named(value = "brightness", doc = "Multiplies all levels by a random factor.")
public record Brightness(
    @Key(doc = "Smallest factor.", value = "0.6", min = 0, max = 100) double min,
    @Key(doc = "Largest factor.", value = "1.4", min = 0, max = 100) double max,
    @Key(doc = "Share of the images that are changed.", value = "1", min = 0, max = 1)
        double probability)
    implements Recolouring {
  /** Checks the range. */
  public Brightness {
    Checks.range(min, max, 0, 100);
    Checks.probability(probability);
  }

  @Override
  public void recolour(PixelBuffer image, LevelTable table, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (draws.happens(probability)) {
      by(draws.between(min, max), table);
    }
  }

  static void by(double factor, LevelTable table) {
    table.then(level -> Blend.of(0, level, (float) factor) & 0xff);
  }
}
