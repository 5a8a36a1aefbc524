package io.millrace.prepare;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Mean and deviation by channel over pictures, each of which weighs the same whatever its size, as
 * the network sees each once at one size: {@code mean = 1/N sum_i m_i} and {@code deviation =
 * sqrt(1/N sum_i q_i - mean^2)}, {@code m_i} and {@code q_i} the means of the levels and of their
 * squares over the pixels of picture i. Grey pictures count as three equal channels once a coloured
 * one is among them.
 *
 * <p>All sums are of integers, so that neither order nor partitions can change a bit: while all
 * pictures have as many pixels, of the levels themselves, and else of {@code m_i} and {@code q_i}
 * in units of 2^-64, rounded down.
 */
final class ChannelSums implements Serializable {
  private static final long serialVersionUID = 1;
  private static final double WHITE = 255;
  private static final int FRACTION_BITS = 64;
  private static final double UNIT = 0x1p-64;
  private static final long NONE = -1;
  private static final long DIFFERENT = 0;

  private final Sums grey = new Sums(1);
  private final Sums colour = new Sums(3);
  private long pixels = NONE;

  private static final class Sums implements Serializable {
    private static final long serialVersionUID = 1;

    final BigInteger[] levels;
    final BigInteger[] squares;
    final BigInteger[] means;
    final BigInteger[] squareMeans;
    long pictures;

    Sums(int channels) {
      levels = zeros(channels);
      squares = zeros(channels);
      means = zeros(channels);
      squareMeans = zeros(channels);
    }

    void add(ImageFacts image) {
      pictures++;
      BigInteger pixels = BigInteger.valueOf(image.pixels());
      for (int c = 0; c < levels.length; c++) {
        BigInteger sum = BigInteger.valueOf(image.sums()[c]);
        BigInteger square = BigInteger.valueOf(image.squares()[c]);
        levels[c] = levels[c].add(sum);
        squares[c] = squares[c].add(square);
        means[c] = means[c].add(sum.shiftLeft(FRACTION_BITS).divide(pixels));
        squareMeans[c] = squareMeans[c].add(square.shiftLeft(FRACTION_BITS).divide(pixels));
      }
    }

    void add(Sums other) {
      pictures += other.pictures;
      for (int c = 0; c < levels.length; c++) {
        levels[c] = levels[c].add(other.levels[c]);
        squares[c] = squares[c].add(other.squares[c]);
        means[c] = means[c].add(other.means[c]);
        squareMeans[c] = squareMeans[c].add(other.squareMeans[c]);
      }
    }

    private static BigInteger[] zeros(int channels) {
      BigInteger[] zeros = new BigInteger[channels];
      Arrays.fill(zeros, BigInteger.ZERO);
      return zeros;
    }
  }

  ChannelSums add(ImageFacts image) {
    (image.grey() ? grey : colour).add(image);
    pixels = common(pixels, image.pixels());
    return this;
  }

  ChannelSums add(ChannelSums other) {
    grey.add(other.grey);
    colour.add(other.colour);
    pixels = common(pixels, other.pixels);
    return this;
  }

  /** 1 if all images were grey, else 3. */
  int channels() {
    return colour.pictures == 0 ? 1 : 3;
  }

  /** The mean of each channel, black 0, white 1. */
  List<Double> mean(int channels) {
    List<Double> means = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      means.add(
          equal()
              ? levels(c).doubleValue() / count() / WHITE
              : means(c).doubleValue() * UNIT / count() / WHITE);
    }
    return means;
  }

  /** The deviation of each channel, on the scale of the mean. */
  List<Double> deviation(int channels) {
    List<Double> deviations = new ArrayList<>();
    for (int c = 0; c < channels; c++) {
      deviations.add(
          equal()
              ? deviation(levels(c), squares(c)) / count() / WHITE
              : deviation(means(c), squareMeans(c).shiftLeft(FRACTION_BITS))
                  * UNIT
                  / count()
                  / WHITE);
    }
    return deviations;
  }

  /** {@code sqrt(n squares - sum^2)}, n times the deviation. */
  private double deviation(BigInteger sum, BigInteger squares) {
    BigInteger n = BigInteger.valueOf(count());
    BigInteger scaled = n.multiply(squares).subtract(sum.multiply(sum));
    return Math.sqrt(scaled.max(BigInteger.ZERO).doubleValue());
  }

  /** Whether all pictures have as many pixels: then pixels weigh what pictures weigh. */
  private boolean equal() {
    return pixels != DIFFERENT;
  }

  /** Pixels where all pictures have as many, else pictures. */
  private long count() {
    return (grey.pictures + colour.pictures) * Math.max(1, pixels);
  }

  private BigInteger levels(int channel) {
    return grey.levels[0].add(colour.levels[channel]);
  }

  private BigInteger squares(int channel) {
    return grey.squares[0].add(colour.squares[channel]);
  }

  private BigInteger means(int channel) {
    return grey.means[0].add(colour.means[channel]);
  }

  private BigInteger squareMeans(int channel) {
    return grey.squareMeans[0].add(colour.squareMeans[channel]);
  }

  private static long common(long a, long b) {
    return a == NONE ? b : b == NONE || a == b ? a : DIFFERENT;
  }
}
