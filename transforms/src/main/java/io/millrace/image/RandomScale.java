package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Resamples both sides by one factor {@code ~ U(min, max)}: {@code floor(side * factor)}, at least
 * 1. Takes one random number, which keys the draws.
 *
 * <p>Source: the scale jitter of Simonyan, Zisserman, 2014, arXiv 1409.1556, by a factor.
 */
@Named(value = "random_scale", doc = "Resamples both sides by a random factor.")
public record RandomScale(
    @Key(doc = "Smallest factor.", value = "0.8", min = 0.01, max = 100) double min,
    @Key(doc = "Largest factor.", value = "1.25", min = 0.01, max = 100) double max,
    @Key(doc = "Share of the images that are scaled.", value = "1", min = 0, max = 1)
        double probability)
    implements Reframing {
  /** Checks the range. */
  public RandomScale {
    Checks.range(min, max, 0.01, 100);
    Checks.probability(probability);
  }

  @Override
  public Frame frame(int height, int width, RandomGenerator random) {
    Draws draws = new Draws(random);
    return draws.happens(probability)
        ? scaled(height, width, draws.between(min, max))
        : Frame.whole(height, width);
  }

  private static Frame scaled(int height, int width, double factor) {
    Box all = Box.whole(height, width);
    return Frame.resize(height, width, all, side(height, factor), side(width, factor));
  }

  private static int side(int pixels, double factor) {
    return Math.max(1, Checks.side((long) (pixels * factor), pixels, pixels));
  }

  @Override
  public Optional<Set<ImageSize>> sizes(ImageSize image) {
    Set<ImageSize> sizes = new LinkedHashSet<>();
    if (probability < 1) {
      sizes.add(image);
    }
    for (double factor : new double[] {min, max}) {
      Frame frame = scaled(image.height(), image.width(), factor);
      sizes.add(new ImageSize(frame.height(), frame.width()));
    }
    return Optional.of(sizes);
  }
}
