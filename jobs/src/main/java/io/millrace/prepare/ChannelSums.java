package io.millrace.prepare;

import io.millrace.image.PixelBuffer;
import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

/**
 * Sums and sums of squares of 8-bit levels by channel, in integers: exact, so that neither order
 * nor partitions can change a mean or a deviation. Grey images count as three equal channels once a
 * colour image is among them.
 */
final class ChannelSums implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double WHITE = 255;

  private final Sums grey = new Sums(1);
  private final Sums colour = new Sums(3);

  private static final class Sums implements Serializable {
    private static final long serialVersionUID = 1;

    final long[] sum;
    final long[] squares;
    long pixels;

    Sums(int channels) {
      sum = new long[channels];
      squares = new long[channels];
    }

    void add(Sums other) {
      pixels = Math.addExact(pixels, other.pixels);
      for (int c = 0; c < sum.length; c++) {
        sum[c] = Math.addExact(sum[c], other.sum[c]);
        squares[c] = Math.addExact(squares[c], other.squares[c]);
      }
    }
  }

  static ChannelSums of(PixelBuffer image) {
    var result = new ChannelSums();
    Sums sums = image.channels() == 1 ? result.grey : result.colour;
    int size = image.height() * image.width() * image.channels();
    sums.pixels = (long) image.height() * image.width();
    byte[] data = image.data();
    for (int i = 0, c = 0; i < size; i++) {
      int level = data[i] & 0xff;
      sums.sum[c] += level;
      sums.squares[c] += (long) level * level;
      c = c + 1 == sums.sum.length ? 0 : c + 1;
    }
    return result;
  }

  ChannelSums add(ChannelSums other) {
    grey.add(other.grey);
    colour.add(other.colour);
    return this;
  }

  /** 1 if all images were grey, else 3. */
  int channels() {
    return colour.pixels == 0 ? 1 : 3;
  }

  /** {@code sum x / n} of each channel, black 0, white 1; grey ones count for every channel. */
  List<Double> mean(int channels) {
    List<Double> means = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      means.add(total(c) / (double) pixels() / WHITE);
    }
    return means;
  }

  /** {@code sqrt(sum x^2 / n - mean^2)} of each channel, on the scale of the mean. */
  List<Double> deviation(int channels) {
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      BigInteger sum = BigInteger.valueOf(total(c));
      BigInteger scaled =
          BigInteger.valueOf(pixels())
              .multiply(BigInteger.valueOf(squares(c)))
              .subtract(sum.multiply(sum));
      deviations.add(Math.sqrt(scaled.doubleValue()) / pixels() / WHITE);
    }
    return deviations;
  }

  private long pixels() {
    return grey.pixels + colour.pixels;
  }

  private long total(int channel) {
    return grey.sum[0] + colour.sum[channel];
  }

  private long squares(int channel) {
    return grey.squares[0] + colour.squares[channel];
  }
}
