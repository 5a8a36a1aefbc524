package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Spreads all levels around the image's mean lightness m, rounded half up, by {@code f ~ U(min,
 * max)}: {@code level' = m + f * (level - m)}, clipped and rounded down. Takes one random number,
 * which keys the draws.
 *
 * <p>Source: the jitter of GluonCV's ImageNet recipes, with 0.6 to 1.4; the bytes of Pillow's
 * {@code ImageEnhance.Contrast}. Differs from torchvision on tensors, which does not round the
 * mean.
 */
@Named(value = "contrast", doc = "Spreads all levels around the mean lightness by a random factor.")
public record Contrast(
    @Key(doc = "Smallest factor.", value = "0.6", min = 0, max = 100) double min,
    @Key(doc = "Largest factor.", value = "1.4", min = 0, max = 100) double max,
    @Key(doc = "Share of the images that are changed.", value = "1", min = 0, max = 1)
        double probability)
    implements Recolouring {
  /** Checks the range. */
  public Contrast {
    Checks.range(min, max, 0, 100);
    Checks.probability(probability);
  }

  @Override
  public void recolour(PixelBuffer image, LevelTable table, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (draws.happens(probability)) {
      by(draws.between(min, max), image, table);
    }
  }

  static void by(double factor, PixelBuffer image, LevelTable table) {
    int mean = table.meanLuma(image);
    table.then(level -> Blend.of(mean, level, (float) factor) & 0xff);
  }
}
