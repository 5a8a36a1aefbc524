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
  private static final int TOP = 255;
  private static final double NEAR = 1 - 0x1p-16;

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

  static void by(double factor, PixelBuffer in, PixelBuffer out) {
    out.reshape(in.height(), in.width(), in.channels());
    int size = in.height() * in.width() * 3;
    int[] moves = new int[2 * TOP + 1];
    if (moves((float) factor, moves)) {
      move(in.data(), size, moves, out.data());
    } else {
      blend(in.data(), size, (float) factor, out.data());
    }
  }

  /**
   * Whole levels by which a distance from grey moves a level; false where the sum with the grey, in
   * float32, could be rounded to the next whole one.
   */
  private static boolean moves(float factor, int[] moves) {
    boolean whole = true;
    for (int distance = -TOP; distance <= TOP; distance++) {
      float move = factor * distance;
      double down = Math.floor(move);
      moves[distance + TOP] = (int) down;
      whole &= move - down < NEAR;
    }
    return whole;
  }

  private static void move(byte[] from, int size, int[] moves, byte[] to) {
    for (int i = 0; i < size; i += 3) {
      int grey = Luma.at(from, i);
      int still = TOP - grey;
      to[i] = clipped(grey + moves[(from[i] & 0xff) + still]);
      to[i + 1] = clipped(grey + moves[(from[i + 1] & 0xff) + still]);
      to[i + 2] = clipped(grey + moves[(from[i + 2] & 0xff) + still]);
    }
  }

  private static byte clipped(int level) {
    return (byte) Math.max(0, Math.min(TOP, level));
  }

  private static void blend(byte[] from, int size, float factor, byte[] to) {
    for (int i = 0; i < size; i += 3) {
      int grey = Luma.at(from, i);
      to[i] = Blend.of(grey, from[i] & 0xff, factor);
      to[i + 1] = Blend.of(grey, from[i + 1] & 0xff, factor);
      to[i + 2] = Blend.of(grey, from[i + 2] & 0xff, factor);
    }
  }
}
