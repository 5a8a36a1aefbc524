package io.millrace.minibatch;

import io.millrace.random.KeyedRandom;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.nio.FloatBuffer;
import java.util.random.RandomGenerator;

/**
 * Pastes a box of each image's partner into it, the same box for all examples of an update. With
 * lambda ~ Beta(alpha, alpha) a side of the box is {@code cut = int(side * sqrt(1 - lambda))}, its
 * centre c uniform over all pixels, and it goes from {@code c - cut / 2} to {@code c + (cut + 1) /
 * 2}, end exclusive, clipped at the borders. What an example keeps of itself, and its target of the
 * label, is {@code 1 - box / image}, by area.
 *
 * <p>Source: Yun et al., "CutMix: Regularization Strategy to Train Strong Classifiers with
 * Localizable Features", 2019, arXiv 1905.04899. Differs from the paper: the partner is the reverse
 * of the minibatch, and a box of an odd side has all its pixels, both as in timm; the paper's code
 * and torchvision cut half of the side, rounded down, on both sides.
 */
@Named(value = "cutmix", doc = "A box of each image is its partner's; targets by area.")
public record Cutmix(
    @Key(doc = "Alpha of Beta(alpha, alpha).", value = "1", min = 0, above = true) double alpha)
    implements Mixing {
  private static final long STREAM = 0x6375746d6978L;

  /** Checks alpha. */
  public Cutmix {
    Mixup.checkAlpha("alpha", alpha);
  }

  /**
   * A part of an image, in pixels; ends exclusive.
   *
   * @param top first row
   * @param bottom row after the last
   * @param left first column
   * @param right column after the last
   */
  public record Box(int top, int bottom, int left, int right) {
    /** Share of an image that is outside of the box. */
    public double outside(int height, int width) {
      return 1 - (double) (bottom - top) * (right - left) / ((double) height * width);
    }
  }

  /** The box of an update: the same on all workers, in every run with this seed. */
  public Box box(long seed, long update, int height, int width) {
    RandomGenerator random = new KeyedRandom().key(seed, update, STREAM);
    double lambda = Beta.symmetric(alpha, random);
    int y = (int) (random.nextDouble() * height);
    int x = (int) (random.nextDouble() * width);
    return box(lambda, y, x, height, width);
  }

  /** The box of this lambda around pixel (y, x). */
  public static Box box(double lambda, int y, int x, int height, int width) {
    double side = Math.sqrt(1 - lambda);
    int cutHeight = (int) (height * side);
    int cutWidth = (int) (width * side);
    return new Box(
        Math.max(0, y - cutHeight / 2),
        Math.min(height, y + (cutHeight + 1) / 2),
        Math.max(0, x - cutWidth / 2),
        Math.min(width, x + (cutWidth + 1) / 2));
  }

  /** Changes the contents of the box between each image and its partner, in place. */
  public static void paste(ImageRows images, Box box) {
    int stretch = (box.right - box.left) * images.channels();
    float[] own = new float[stretch];
    float[] other = new float[stretch];
    FloatBuffer pixels = images.pixels();
    for (int i = 0; i < images.examples() / 2; i++) {
      for (int y = box.top; y < box.bottom; y++) {
        int offset = (y * images.width() + box.left) * images.channels();
        int here = i * images.length() + offset;
        int there = (images.examples() - 1 - i) * images.length() + offset;
        pixels.get(here, own);
        pixels.get(there, other);
        pixels.put(here, other);
        pixels.put(there, own);
      }
    }
  }

  @Override
  public double mix(ImageRows images, long seed, long update) {
    Box box = box(seed, update, images.height(), images.width());
    paste(images, box);
    return box.outside(images.height(), images.width());
  }
}
