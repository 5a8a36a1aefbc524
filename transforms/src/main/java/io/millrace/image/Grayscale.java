package io.millrace.image;

import io.millrace.settings.Key;
import io.millrace.settings.Named;
import java.util.random.RandomGenerator;

/**
 * Makes all channels the pixel's lightness, {@code L = (19595 R + 38470 G + 7471 B + 32768) >> 16},
 * with a probability. A grey image stays as it is. Takes one random number, which keys the draws.
 *
 * <p>Source: torchvision's RandomGrayscale; the bytes of Pillow's mode L.
 */
@Named(value = "grayscale", doc = "Makes all channels the pixel's lightness; grey images stay.")
public record Grayscale(
    @Key(doc = "Share of the images that become grey.", value = "0.1", min = 0, max = 1)
        double probability)
    implements PixelOperation {
  /** Checks the probability. */
  public Grayscale {
    Checks.probability(probability);
  }

  @Override
  public void apply(PixelBuffer in, PixelBuffer out, RandomGenerator random) {
    if (!new Draws(random).happens(probability) || in.channels() != 3) {
      PixelOperation.copy(in, out);
      return;
    }
    out.reshape(in.height(), in.width(), 3);
    byte[] to = out.data();
    int size = in.height() * in.width() * 3;
    for (int i = 0; i < size; i += 3) {
      byte grey = (byte) Luma.at(in.data(), i);
      to[i] = grey;
      to[i + 1] = grey;
      to[i + 2] = grey;
    }
  }

  @Override
  public boolean isRandom() {
    return probability > 0 && probability < 1;
  }

  @Override
  public boolean changes(int channels) {
    return channels == 3;
  }
}
