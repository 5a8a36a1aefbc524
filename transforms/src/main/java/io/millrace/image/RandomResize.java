package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Resamples the image so that its short side has a number of pixels {@code ~ U{min, .., max}}; the
 * aspect is kept. Takes one random number, which keys the draws.
 *
 * <p>Source: scale augmentation of He et al., "Deep Residual Learning", 2015, arXiv 1512.03385,
 * with 256 to 480; torchvision's RandomShortestSize.
 */
@Named(
    value = "random_resize",
    doc = "Resamples so that the short side has a random size; the aspect is kept.")
public record RandomResize(
    @Key(doc = "Smallest short side in pixels.", min = 1, max = Checks.LONGEST) int min,
    @Key(doc = "Largest short side in pixels.", min = 1, max = Checks.LONGEST) int max,
    @Key(doc = "Share of the images that are resampled.", value = "1", min = 0, max = 1)
        double probability)
    implements Reframing {
  /** Checks the range. */
  public RandomResize {
    Checks.size("min", min);
    Checks.size("max", max);
    Checks.that(max >= min, "max", max, ">= min");
    Checks.probability(probability);
  }

  @Override
  public Frame frame(int height, int width, RandomGenerator random) {
    Draws draws = new Draws(random);
    return draws.happens(probability)
        ? resized(height, width, min + draws.below(max - min + 1))
        : Frame.whole(height, width);
  }

  private static Frame resized(int height, int width, int side) {
    return new ResizeShortSide(side).frame(height, width, null);
  }

  @Override
  public Optional<Set<ImageSize>> sizes(ImageSize image) {
    Set<ImageSize> sizes = new LinkedHashSet<>();
    if (probability < 1) {
      sizes.add(image);
    }
    for (int side : new int[] {min, max}) {
      Frame frame = resized(image.height(), image.width(), side);
      sizes.add(new ImageSize(frame.height(), frame.width()));
    }
    return Optional.of(sizes);
  }
}
