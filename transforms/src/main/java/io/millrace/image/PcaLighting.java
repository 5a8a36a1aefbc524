package io.millrace.image;

import io.millrace.random.Normal;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Adds one colour to every pixel, drawn along the principal components of ImageNet's colours:
 * {@code rgb' = rgb + 255 V (alpha * lambda)} with {@code alpha_i ~ N(0, deviation)}, rounded and
 * clipped; V and lambda are the eigenvectors and eigenvalues of colours on the scale 0 to 1. Takes
 * one random number, which keys the draws.
 *
 * <p>Source: Krizhevsky, Sutskever, Hinton, "ImageNet Classification with Deep Convolutional Neural
 * Networks", 2012; numbers as in fb.resnet.torch and timm.
 */
@Named(
    value = "pca_lighting",
    doc = "Adds one colour along the principal components of ImageNet's; not of grey images.")
public record PcaLighting(
    @Key(doc = "Standard deviation of alpha.", value = "0.1", min = 0, max = 10) double deviation,
    @Key(doc = "Share of the images that are changed.", value = "1", min = 0, max = 1)
        double probability)
    implements Recolouring {
  private static final double[] VALUES = {0.2175, 0.0188, 0.0045};
  private static final double[][] VECTORS = {
    {-0.5675, 0.7192, 0.4009}, {-0.5808, -0.0045, -0.8140}, {-0.5836, -0.6948, 0.4203}
  };

  /** Checks the range. */
  public PcaLighting {
    Checks.that(deviation >= 0 && deviation <= 10, "deviation", deviation, "0 to 10");
    Checks.probability(probability);
  }

  @Override
  public void recolour(PixelBuffer image, LevelTable table, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (draws.happens(probability)) {
      long bits = draws.random().nextLong();
      double[] alpha = new double[VALUES.length];
      for (int i = 0; i < alpha.length; i++) {
        alpha[i] = deviation * Normal.quantile((int) (bits >>> 16 * i) & 0xffff);
      }
      add(alpha, table);
    }
  }

  static void add(double[] alpha, LevelTable table) {
    for (int c = 0; c < VECTORS.length; c++) {
      double shift = 0;
      for (int i = 0; i < alpha.length; i++) {
        shift += VECTORS[c][i] * alpha[i] * VALUES[i];
      }
      int levels = (int) Math.rint(255 * shift);
      table.then(c, level -> Math.max(0, Math.min(255, level + levels)));
    }
  }

  @Override
  public boolean takes(int channels) {
    return channels == VECTORS.length;
  }
}
