package io.millrace.image;

import io.millrace.random.KeyedRandom;
import io.millrace.random.Normal;
import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Adds to every level a normal number of its own, of standard deviation {@code ~ U(min, max)} on
 * the scale 0 to 1: {@code level' = round(level + 255 deviation z)}, clipped. Takes one random
 * number, which keys the draws; four levels share a number of 64 bits, see {@link Normal}.
 */
@Named(value = "gaussian_noise", doc = "Adds normal noise to every level.")
public record GaussianNoise(
    @Key(doc = "Smallest standard deviation; black is 0, white 1.", value = "0", min = 0, max = 1)
        double min,
    @Key(doc = "Largest standard deviation.", value = "0.05", min = 0, max = 1) double max,
    @Key(doc = "Share of the images that are changed.", value = "0.5", min = 0, max = 1)
        double probability)
    implements PixelOperation {
  /** Checks the range. */
  public GaussianNoise {
    Checks.range(min, max, 0, 1);
    Checks.probability(probability);
  }

  @Override
  public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    Draws draws = new Draws(random);
    PixelOperation.copy(in, out);
    if (draws.happens(probability)) {
      float levels = (float) (255 * draws.between(min, max));
      add(levels, draws.random(), out.data(), in.height() * in.width() * in.channels());
    }
  }

  private static void add(float levels, KeyedRandom random, byte[] data, int size) {
    for (int i = 0; i < size; i += 4) {
      long bits = random.nextLong();
      for (int k = i; k < Math.min(size, i + 4); k++) {
        float level = (data[k] & 0xff) + levels * Normal.quantile((int) bits & 0xffff);
        data[k] = (byte) (int) (Math.max(0, Math.min(255, level)) + 0.5f);
        bits >>>= 16;
      }
    }
  }
}
