package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Turns the hue of every pixel by {@code t ~ U(min, max)} of a full turn: {@code H' = H + int(255
 * t) mod 256} in {@link Hsv}. A grey image stays as it is. Takes one random number, which keys the
 * draws.
 *
 * <p>Source: the jitter of He et al., "Bag of Tricks", 2018, arXiv 1812.01187; the bytes of
 * torchvision's {@code adjust_hue} on Pillow's images.
 */
@Named(value = "hue", doc = "Turns all hues by a random share of a turn; grey images stay.")
public record Hue(
    @Key(doc = "Smallest turn.", value = "-0.1", min = -0.5, max = 0.5) double min,
    @Key(doc = "Largest turn.", value = "0.1", min = -0.5, max = 0.5) double max,
    @Key(doc = "Share of the images that are changed.", value = "1", min = 0, max = 1)
        double probability)
    implements PixelOperation {
  /** Checks the range. */
  public Hue {
    Checks.range(min, max, -0.5, 0.5);
    Checks.probability(probability);
  }

  @Override
  public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    Draws draws = new Draws(random);
    if (draws.happens(probability) && in.channels() == 3) {
      turn(draws.between(min, max), in, out);
    } else {
      PixelOperation.copy(in, out);
    }
  }

  @Override
  public boolean changes(int channels) {
    return channels == 3;
  }

  static void turn(double turns, PixelBuffer in, PixelBuffer out) {
    out.reshape(in.height(), in.width(), 3);
    int steps = (int) (turns * 255);
    int size = in.height() * in.width() * 3;
    for (int i = 0; i < size; i += 3) {
      Hsv.turn(in.data(), i, steps, out.data());
    }
  }
}
