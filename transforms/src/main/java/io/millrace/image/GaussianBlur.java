package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Blurs with a probability by a Gaussian of {@code sigma ~ U(sigmaMin, sigmaMax)} pixels, see
 * {@link Gaussian}. Takes one random number, which keys the draws.
 *
 * <p>Source: Chen et al., "A Simple Framework for Contrastive Learning", 2020, arXiv 2002.05709,
 * with 0.1 to 2 and half of the images; torchvision's GaussianBlur.
 */
@Named(value = "gaussian_blur", doc = "Blurs by a Gaussian of random width.")
public record GaussianBlur(
    @Key(doc = "Smallest standard deviation in pixels.", value = "0.1", min = 0.01, max = 100)
        double sigmaMin,
    @Key(doc = "Largest standard deviation in pixels.", value = "2", min = 0.01, max = 100)
        double sigmaMax,
    @Key(
            doc = "Pixels that a pixel is made of on each axis, odd; null for 2 ceil(3 sigma) + 1.",
            value = "null",
            min = 1,
            max = 601)
        Integer kernel,
    @Key(doc = "Share of the images that are blurred.", value = "0.5", min = 0, max = 1)
        double probability)
    implements PixelOperation {
  private static final int LARGEST = 601;

  /** Checks the range. */
  public GaussianBlur {
    Checks.range("sigmaMin", sigmaMin, "sigmaMax", sigmaMax, 0.01, 100);
    boolean odd = kernel == null || kernel >= 1 && kernel <= LARGEST && kernel % 2 == 1;
    Checks.that(odd, "kernel", kernel, "odd, 1 to " + LARGEST);
    Checks.probability(probability);
  }

  @Override
  public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (!draws.happens(probability)) {
      PixelOperation.copy(in, out);
      return;
    }
    double sigma = draws.between(sigmaMin, sigmaMax);
    int size = kernel == null ? 2 * (int) Math.ceil(3 * sigma) + 1 : kernel;
    new Gaussian(in, size, sigma).blur(out);
  }
}
