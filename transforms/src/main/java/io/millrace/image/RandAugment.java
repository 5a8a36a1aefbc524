package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Some operations drawn with replacement from the fourteen of {@link RandAugmentKind}, all at the
 * same of {@code bins} magnitudes; the sign of those that have one is drawn. The size stays, and
 * what lies outside of the image is black. Takes one random number, which keys the draws.
 *
 * <p>Source: Cubuk et al., "RandAugment: Practical automated data augmentation with a reduced
 * search space", 2019, arXiv 1909.13719; operations, ranges and bytes of torchvision on Pillow's
 * images. Differs from timm, which draws magnitudes too and has other ranges.
 */
@Named(value = "rand_augment", doc = "Some operations of fourteen, all at one magnitude.")
public record RandAugment(
    @Key(doc = "Operations on an image.", value = "2", min = 1, max = 14) int count,
    @Key(doc = "Magnitude, counted in bins from 0.", value = "9", min = 0) int magnitude,
    @Key(doc = "Magnitudes that there are.", value = "31", min = 2, max = 1000) int bins,
    @Key(doc = "How a pixel between others is made.", value = "nearest")
        Interpolation interpolation,
    @Key(doc = "Share of the images that are changed.", value = "1", min = 0, max = 1)
        double probability)
    implements Combination {
  /** Checks counts and magnitude. */
  public RandAugment {
    Checks.that(count >= 1 && count <= 14, "count", count, "1 to 14");
    Checks.that(bins >= 2 && bins <= 1000, "bins", bins, "2 to 1000");
    Checks.that(magnitude >= 0 && magnitude < bins, "magnitude", magnitude, "0 to bins - 1");
    Checks.probability(probability);
  }

  @Override
  public List<ImageOperation> draw(RandomGenerator random) {
    RandAugmentKind[] kinds = RandAugmentKind.values();
    boolean happens = random.nextDouble() < probability;
    List<ImageOperation> drawn = new ArrayList<>();
    for (int i = 0; happens && i < count; i++) {
      RandAugmentKind kind = kinds[(int) (random.nextDouble() * kinds.length)];
      boolean negative = random.nextDouble() < 0.5 && kind.signed();
      drawn.add(step(kind, negative));
    }
    return drawn;
  }

  /** One operation as it is drawn. */
  ImageOperation step(RandAugmentKind kind, boolean negative) {
    return kind.tabled()
        ? new LevelStep(kind, this, negative)
        : new PixelStep(kind, this, negative);
  }

  private double magnitude(RandAugmentKind kind, boolean negative, PixelBuffer image) {
    double value = kind.magnitude(magnitude, bins, image.height(), image.width());
    return negative ? -value : value;
  }

  private record LevelStep(RandAugmentKind kind, RandAugment of, boolean negative)
      implements Recolouring {
    @Override
    public void recolour(PixelBuffer image, LevelTable table, RandomGenerator random) {
      kind.recolour(of.magnitude(kind, negative, image), image, table);
    }
  }

  private record PixelStep(RandAugmentKind kind, RandAugment of, boolean negative)
      implements PixelOperation {
    @Override
    public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
      kind.apply(of.magnitude(kind, negative, in), in, of.interpolation, out);
    }
  }

  @Override
  public boolean keepsSize() {
    return true;
  }
}
