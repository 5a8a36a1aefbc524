package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Moves every colour away from or towards its grey L by {@code f ~ U(min, max)}: {@code level' = L
 * + f * (level - L)} with L the pixel's lightness, clipped and rounded down. A grey image stays as
 * it is. Takes one random number, which keys the draws.
 *
 * <p>Source: the jitter of He et al., "Bag of Tricks", 2018, arXiv 1812.01187, with 0.6 to 1.4; the
 * bytes of Pillow's {@code ImageEnhance.Color}.
 */
@Named(
    value = "saturation",
    doc = "Moves all colours away from or towards grey by a random factor; grey images stay.")
public record Saturation(
    @Key(doc = "Smallest factor.", value = "0.6", min = 0, max = 100) double min,
    @Key(doc = "Largest factor.", value = "1.4", min = 0, max = 100) double max,
    @Key(doc = "Share of the images that are changed.", value = "1", min = 0, max = 1)
        double probability)
    implements PixelOperation {
  /** Checks the range. */
  public Saturation {
    Checks.range(min, max, 0, 100);
    Checks.probability(probability);
  }

  @Override
  public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (draws.happens(probability) && in.channels() == 3) {
      by(draws.between(min, max), in, out);
    } else {
      PixelOperation.copy(in, out);
    }
  }

  @Override
  public boolean changes(int channels) {
    return channels == 3;
  }

  static void by(double factor, PixelBuffer in, PixelBuffer out) {
    out.reshape(in.height(), in.width(), in.channels());
    byte[] from = in.data();
    byte[] to = out.data();
    int size = in.height() * in.width() * 3;
    int[] table = new int[Blend.TABLE];
    Blend.fill(table, (float) factor);
    for (int i = 0; i < size; i += 3) {
      int grey = Luma.at(from, i);
      to[i] = Blend.of(grey, from[i] & 0xff, table);
      to[i + 1] = Blend.of(grey, from[i + 1] & 0xff, table);
      to[i + 2] = Blend.of(grey, from[i + 2] & 0xff, table);
    }
  }
}
