package io.millrace.image;

import io.millrace.random.KeyedRandom;
import io.millrace.random.Normal;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.nio.FloatBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Hides a box of the image with a probability. Its area is a share {@code ~ U(shareMin, shareMax)}
 * of the image's, its aspect height / width {@code exp(U(ln ratioMin, ln ratioMax))}; {@code height
 * = round(sqrt(area * aspect))}, {@code width = round(sqrt(area / aspect))}, half to even. After
 * ten boxes that are as high or as wide as the image it stays as it is. What hides it is the mean
 * colour, 0 after normalising, or normal noise, N(0, 1) after normalising. Takes one random number,
 * which keys the draws.
 *
 * <p>It acts on what the network is fed with, so it stands last, and others of its kind alone
 * behind it: what came later would move or change the colour that is to be no colour. On pixels
 * themselves it acts as if levels were not normalised: the mean is black.
 *
 * <p>Source: Zhong et al., "Random Erasing Data Augmentation", 2017, arXiv 1708.04896; numbers as
 * in torchvision and timm. Differs from the paper: it draws the aspect uniformly, up to a share of
 * 0.4, until a box fits.
 */
@Named(value = "random_erasing", doc = "Hides a random box; the last of the list.")
public record RandomErasing(
    @Key(
            doc = "Smallest share of the area.",
            value = "0.02",
            min = 0,
            above = true,
            max = 1,
            below = true)
        double shareMin,
    @Key(doc = "Largest share of the area.", value = "0.33", min = 0, above = true, max = 1)
        double shareMax,
    @Key(doc = "Smallest aspect, height / width.", value = "0.3", min = 0, above = true)
        double ratioMin,
    @Key(doc = "Largest aspect, height / width.", value = "3.3", min = 0, above = true)
        double ratioMax,
    @Key(doc = "What hides it: the mean colour of train, or normal noise.", value = "mean")
        Fill fill,
    @Key(doc = "Share of the images that lose a box.", value = "0.25", min = 0, max = 1)
        double probability)
    implements ImageOperation {
  private static final int TRIES = 10;
  private static final float[] ZEROS = new float[3];
  private static final float[] ONES = {1, 1, 1};

  /** What a box is filled with. */
  public enum Fill {
    /** The mean colour, 0 after normalising. */
    MEAN,
    /** N(0, 1) after normalising, each channel of each pixel by itself. */
    NOISE
  }

  /** Checks the ranges. */
  public RandomErasing {
    Checks.that(shareMin > 0 && shareMin < 1, "shareMin", shareMin, "above 0, below 1");
    Checks.that(shareMax >= shareMin && shareMax <= 1, "shareMax", shareMax, "shareMin to 1");
    Checks.that(ratioMin > 0 && ratioMin < Double.POSITIVE_INFINITY, "ratioMin", ratioMin, "> 0");
    boolean finite = ratioMax >= ratioMin && ratioMax < Double.POSITIVE_INFINITY;
    Checks.that(finite, "ratioMax", ratioMax, ">= ratioMin");
    Checks.probability(probability);
  }

  @Override
  public boolean keepsSize() {
    return true;
  }

  @Override
  public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    PixelOperation.copy(in, out);
    erase(out, ZEROS, ONES, random);
  }

  /** Erases in an image [H, W, C] of normalised numbers that begins at {@code at}. */
  void erase(
      FloatBuffer image, int at, int height, int width, int channels, RandomGenerator random) {
    Draws draws = new Draws(random);
    box(height, width, draws)
        .ifPresent(
            box -> {
              float[] row = new float[box.width() * channels];
              for (int y = box.top(); y < box.top() + box.height(); y++) {
                for (int i = 0; i < row.length && fill == Fill.NOISE; i++) {
                  row[i] = value(draws.random());
                }
                image.put(at + (y * width + box.left()) * channels, row);
              }
            });
  }

  /** Erases in pixels, which would be normalised by these. */
  void erase(PixelBuffer image, float[] mean, float[] deviation, RandomGenerator random) {
    Draws draws = new Draws(random);
    box(image.height(), image.width(), draws)
        .ifPresent(box -> erase(image, box, mean, deviation, draws.random()));
  }

  /** Erases one box. */
  void erase(PixelBuffer image, Box box, float[] mean, float[] deviation, KeyedRandom random) {
    int channels = image.channels();
    byte[] row = new byte[box.width() * channels];
    for (int y = 0; y < box.height(); y++) {
      for (int i = 0; i < row.length && (y == 0 || fill == Fill.NOISE); i++) {
        int c = i % channels;
        float level = 255 * (mean[c] + deviation[c] * value(random));
        row[i] = (byte) Math.max(0, Math.min(255, Math.round(level)));
      }
      int at = ((box.top() + y) * image.width() + box.left()) * channels;
      System.arraycopy(row, 0, image.data(), at, row.length);
    }
  }

  private float value(KeyedRandom random) {
    return fill == Fill.MEAN ? 0 : Normal.quantile((int) (random.nextLong() >>> 48));
  }

  /** Draws the box; none where nothing is to be erased. */
  private Optional<Box> box(int height, int width, Draws draws) {
    boolean erases = draws.happens(probability);
    for (int i = 0; erases && i < TRIES; i++) {
      double share = draws.between(shareMin, shareMax);
      double aspect = draws.logBetween(ratioMin, ratioMax);
      ImageSize size = sized(height, width, share, aspect);
      if (size.height() < height && size.width() < width) {
        int top = draws.below(height - size.height() + 1);
        int left = draws.below(width - size.width() + 1);
        return Optional.of(new Box(top, left, size.height(), size.width()));
      }
    }
    return Optional.empty();
  }

  /** The size of a box of a share and an aspect, which may be larger than the image. */
  static ImageSize sized(int height, int width, double share, double aspect) {
    double area = (double) height * width * share;
    int high = (int) Math.rint(Math.sqrt(area * aspect));
    int wide = (int) Math.rint(Math.sqrt(area / aspect));
    return new ImageSize(high, wide);
  }
}
