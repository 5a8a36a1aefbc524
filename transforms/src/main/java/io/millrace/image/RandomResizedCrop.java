package io.millrace.image;

import io.millrace.random.KeyedRandom;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Cuts a region with a random share of the area, {@code U(scaleMin, scaleMax)}, and a random aspect
 * width / height, {@code exp(U(ln ratioMin, ln ratioMax))}, and resamples it to {@code height x
 * width}. After ten regions that do not fit, takes the largest centred one of an allowed aspect.
 * Takes one random number, which keys the draws.
 *
 * <p>Source: Szegedy et al., "Going Deeper with Convolutions", 2014, arXiv 1409.4842; numbers and
 * fallback as in torchvision.
 */
@Named(
    value = "random_resized_crop",
    doc = "Cuts a region of random area and aspect and resamples it.")
public record RandomResizedCrop(
    @Key(doc = "Height in pixels after resampling.", min = 1, max = Checks.LONGEST) int height,
    @Key(doc = "Width in pixels after resampling.", min = 1, max = Checks.LONGEST) int width,
    @Key(doc = "Smallest share of the area.", value = "0.08", min = 0, above = true, max = 1)
        double scaleMin,
    @Key(doc = "Largest share of the area.", value = "1.0", min = 0, above = true, max = 1)
        double scaleMax,
    @Key(doc = "Smallest aspect, width / height.", value = "0.75", min = 0, above = true)
        double ratioMin,
    @Key(
            doc = "Largest aspect, width / height.",
            value = "1.3333333333333333",
            min = 0,
            above = true)
        double ratioMax)
    implements Reframing, FixedSize {
  private static final int TRIES = 10;

  /** Checks sizes and ranges. */
  public RandomResizedCrop {
    Checks.size("height", height);
    Checks.size("width", width);
    Checks.that(scaleMin > 0 && scaleMin <= 1, "scaleMin", scaleMin, "above 0, at most 1");
    Checks.that(scaleMax >= scaleMin && scaleMax <= 1, "scaleMax", scaleMax, "scaleMin to 1");
    Checks.that(ratioMin > 0 && ratioMin < Double.POSITIVE_INFINITY, "ratioMin", ratioMin, "> 0");
    boolean finite = ratioMax >= ratioMin && ratioMax < Double.POSITIVE_INFINITY;
    Checks.that(finite, "ratioMax", ratioMax, ">= ratioMin");
  }

  @Override
  public Frame frame(int imageHeight, int imageWidth, RandomGenerator random) {
    KeyedRandom draws = new KeyedRandom().key(random.nextLong(), 0, 0);
    Box region = null;
    for (int i = 0; i < TRIES && region == null; i++) {
      region = draw(imageHeight, imageWidth, draws);
    }
    Box taken = region == null ? fallback(imageHeight, imageWidth) : region;
    return Frame.resize(imageHeight, imageWidth, taken, height, width);
  }

  private Box draw(int imageHeight, int imageWidth, RandomGenerator random) {
    double share = scaleMin + (scaleMax - scaleMin) * random.nextDouble();
    double area = (double) imageHeight * imageWidth * share;
    double low = StrictMath.log(ratioMin);
    double aspect = StrictMath.exp(low + (StrictMath.log(ratioMax) - low) * random.nextDouble());
    long w = Math.round(Math.sqrt(area * aspect));
    long h = Math.round(Math.sqrt(area / aspect));
    if (w < 1 || h < 1 || w > imageWidth || h > imageHeight) {
      return null;
    }
    int top = (int) (random.nextDouble() * (imageHeight - h + 1));
    int left = (int) (random.nextDouble() * (imageWidth - w + 1));
    return new Box(top, left, (int) h, (int) w);
  }

  private Box fallback(int imageHeight, int imageWidth) {
    double aspect = (double) imageWidth / imageHeight;
    int w = imageWidth;
    int h = imageHeight;
    if (aspect < ratioMin) {
      h = Math.max(1, (int) Math.round(imageWidth / ratioMin));
    } else if (aspect > ratioMax) {
      w = Math.max(1, (int) Math.round(imageHeight * ratioMax));
    }
    return new Box((imageHeight - h) / 2, (imageWidth - w) / 2, h, w);
  }
}
