package io.millrace.exchange;

import java.io.Serializable;
import java.util.Arrays;

/**
 * Where the running statistics of one batch norm lie in the flat parameters: its means, and right
 * after them its variances.
 *
 * @param mean first element of the running means
 * @param channels channels
 * @param decay decay d of the running statistics
 * @param logDeviation whether log10 of the deviation is kept in the place of the variance
 */
public record BatchStatistics(long mean, int channels, double decay, boolean logDeviation)
    implements Serializable {
  /** Logarithm of a deviation whose square is nothing beside that of any minibatch. */
  private static final float BLANK_LOG = -5;

  /** Those that lie at another place. */
  public BatchStatistics at(long place) {
    return new BatchStatistics(place, channels, decay, logDeviation);
  }

  /**
   * Merges the statistics of the workers: {@code m = sum p_k m_k}, {@code v = sum p_k v_k + c sum
   * p_k (m_k - m)^2} with {@code p_k = n_k/N} and {@code c = (1 + d) / ((1 - d)(1 + d^u))} after
   * {@code u} updates. Exact for one update, exact in expectation for equal shares beyond.
   *
   * @param statistics of each worker its means, then its variances, [workers][2 * channels]
   * @param examples n_k of each worker, > 0
   * @param updates u
   * @return merged means, then variances
   */
  public float[] merge(float[][] statistics, long[] examples, int updates) {
    float[] merged = new float[2 * channels];
    double between = (1 + decay) / ((1 - decay) * (1 + StrictMath.pow(decay, updates)));
    for (int i = 0; i < channels; i++) {
      double mean = average(statistics, examples, i, false);
      double spread = 0;
      double total = 0;
      for (int k = 0; k < statistics.length; k++) {
        double deviation = statistics[k][i] - mean;
        spread += examples[k] * deviation * deviation;
        total += examples[k];
      }
      merged[i] = (float) mean;
      merged[channels + i] =
          equal(statistics, i) && equal(statistics, channels + i)
              ? statistics[0][channels + i]
              : stored(
                  average(statistics, examples, channels + i, logDeviation)
                      + between * spread / total);
    }
    return merged;
  }

  /**
   * What is stored where a minibatch is to be measured alone: no means, and next to no variance.
   */
  public float[] blank() {
    float[] blank = new float[2 * channels];
    if (logDeviation) {
      Arrays.fill(blank, channels, 2 * channels, BLANK_LOG);
    }
    return blank;
  }

  /**
   * Means and variances of one minibatch, from the step that its training pass made of {@link
   * #blank} statistics: {@code m = -g / (1 - d)}, and the variance likewise.
   *
   * @param step of means, then variances, [2 * channels]
   */
  public double[] ofMinibatch(float[] step) {
    double[] measured = new double[2 * channels];
    for (int i = 0; i < measured.length; i++) {
      double before = i >= channels && logDeviation ? plain(BLANK_LOG, true) : 0;
      double after =
          i >= channels && logDeviation ? plain(BLANK_LOG - step[i], true) : -(double) step[i];
      measured[i] = (after - decay * before) / (1 - decay);
    }
    return measured;
  }

  /** Means and variances as they are stored. */
  public float[] stored(double[] measured) {
    float[] stored = new float[measured.length];
    for (int i = 0; i < stored.length; i++) {
      stored[i] = i < channels ? (float) measured[i] : stored(measured[i]);
    }
    return stored;
  }

  private static double average(float[][] values, long[] examples, int at, boolean log) {
    double first = plain(values[0][at], log);
    double sum = 0;
    double total = 0;
    for (int k = 0; k < values.length; k++) {
      sum += examples[k] * (plain(values[k][at], log) - first);
      total += examples[k];
    }
    return first + sum / total;
  }

  private static boolean equal(float[][] values, int at) {
    for (float[] worker : values) {
      if (worker[at] != values[0][at]) {
        return false;
      }
    }
    return true;
  }

  private static double plain(float stored, boolean log) {
    return log ? StrictMath.pow(10, 2.0 * stored) : stored;
  }

  private float stored(double variance) {
    return (float) (logDeviation ? StrictMath.log10(variance) / 2 : variance);
  }
}
