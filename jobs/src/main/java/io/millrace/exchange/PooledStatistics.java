package io.millrace.exchange;

import java.io.Serializable;

/**
 * Mean and variance of a batch norm's channels over all minibatches that it has seen, each counted
 * by its examples: {@code mean = sum p_k m_k; variance = sum p_k (v_k + (m_k - mean)^2)}, {@code
 * p_k = n_k / N}, v_k biased; pairwise in double, by Chan's formula.
 *
 * <p>Wu and Johnson, Rethinking "Batch" in BatchNorm, 2021, arXiv 2105.07576. Differs from
 * PyTorch's update_bn, which averages unbiased variances and counts all minibatches alike.
 */
public final class PooledStatistics implements Serializable {
  private static final long serialVersionUID = 1;

  private final double[] mean;
  private final double[] squares;
  private double examples;

  /** Of nothing yet. */
  public PooledStatistics(int channels) {
    mean = new double[channels];
    squares = new double[channels];
  }

  /**
   * Takes a minibatch in.
   *
   * @param measured its means, then its variances, [2 * channels]
   * @param count its examples
   */
  public void add(double[] measured, long count) {
    for (int i = 0; i < mean.length; i++) {
      add(i, measured[i], count * measured[mean.length + i], count);
    }
    examples += count;
  }

  /** Takes in what another has seen. */
  public void add(PooledStatistics other) {
    for (int i = 0; i < mean.length; i++) {
      add(i, other.mean[i], other.squares[i], other.examples);
    }
    examples += other.examples;
  }

  private void add(int channel, double otherMean, double otherSquares, double count) {
    if (count == 0) {
      return;
    }
    double apart = otherMean - mean[channel];
    double all = examples + count;
    mean[channel] += apart * count / all;
    squares[channel] += otherSquares + apart * apart * examples * count / all;
  }

  /** Means, then variances, [2 * channels]. */
  public double[] measured() {
    double[] measured = new double[2 * mean.length];
    for (int i = 0; i < mean.length; i++) {
      measured[i] = mean[i];
      measured[mean.length + i] = squares[i] / examples;
    }
    return measured;
  }
}
