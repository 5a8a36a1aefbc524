package io.millrace.diagnostics;

import java.io.Serializable;
import java.nio.FloatBuffer;

/**
 * Sums over the outputs of one layer by channel, over examples and positions; those of several
 * samples add up. Not thread-safe.
 */
public final class ChannelSums implements Serializable {
  private static final long serialVersionUID = 1;

  /** Values that are added side by side. */
  private static final int LANES = 1024;

  private final double[] sums;
  private final double[] squares;
  private final long[] nonZero;
  private long positions;

  /** Of nothing yet. */
  public ChannelSums(int channels) {
    sums = new double[channels];
    squares = new double[channels];
    nonZero = new long[channels];
  }

  /** Adds rows of all channels, [rows, channels]. */
  public void addRows(FloatBuffer values) {
    int rows = values.remaining() / sums.length;
    int together = Math.max(1, LANES / sums.length);
    add(values, together, rows / together);
    add(values, 1, rows % together);
  }

  /** Adds so many times some rows together. */
  private void add(FloatBuffer values, int together, int times) {
    Lanes lanes = new Lanes(together * sums.length);
    for (int left = times; left > 0; left -= Lanes.MOST_ROWS) {
      lanes.of(values, Math.min(left, Lanes.MOST_ROWS)).addTo(sums, squares, nonZero);
    }
    positions += (long) times * together;
  }

  /** Adds planes of one channel after the other, [examples, channels, plane]. */
  public void addPlanes(FloatBuffer values, int plane) {
    float[] of = new float[plane];
    for (int examples = values.remaining() / plane / sums.length; examples > 0; examples--) {
      for (int c = 0; c < sums.length; c++) {
        values.get(of);
        double sum = 0;
        double square = 0;
        int there = 0;
        for (float value : of) {
          sum += value;
          square += (double) value * value;
          there += value != 0 ? 1 : 0;
        }
        sums[c] += sum;
        squares[c] += square;
        nonZero[c] += there;
      }
      positions += plane;
    }
  }

  /** Takes in those of another sample. */
  public ChannelSums plus(ChannelSums other) {
    for (int c = 0; c < sums.length; c++) {
      sums[c] += other.sums[c];
      squares[c] += other.squares[c];
      nonZero[c] += other.nonZero[c];
    }
    positions += other.positions;
    return this;
  }

  /** Channels. */
  public int channels() {
    return sums.length;
  }

  /** Whether a channel was 0 everywhere. */
  public boolean isDead(int channel) {
    return nonZero[channel] == 0;
  }

  /** Share of the channels that were 0 everywhere. */
  public double deadShare() {
    int dead = 0;
    for (long each : nonZero) {
      dead += each == 0 ? 1 : 0;
    }
    return (double) dead / nonZero.length;
  }

  /** Share of all values that were 0. */
  public double zeroShare() {
    double there = 0;
    for (long each : nonZero) {
      there += each;
    }
    return 1 - there / positions / nonZero.length;
  }

  /** Mean of a channel. */
  public double mean(int channel) {
    return sums[channel] / positions;
  }

  /** Biased variance of a channel. */
  public double variance(int channel) {
    double mean = mean(channel);
    return Math.max(0, squares[channel] / positions - mean * mean);
  }

  /** Mean of all values. */
  public double mean() {
    double sum = 0;
    for (double each : sums) {
      sum += each;
    }
    return sum / positions / sums.length;
  }

  /** Biased deviation of all values. */
  public double deviation() {
    double sum = 0;
    for (double each : squares) {
      sum += each;
    }
    double mean = mean();
    return Math.sqrt(Math.max(0, sum / positions / squares.length - mean * mean));
  }
}
