package io.millrace.evaluate;

import java.io.Serializable;
import java.util.List;

/**
 * Whether a network is as sure as it is right: examples by the probability of the predicted class
 * in 15 bins of equal width, {@code (b/15, (b+1)/15]}, and the expected calibration error {@code
 * ECE = sum_b n_b/N |accuracy_b - confidence_b|}. 0 is perfect.
 *
 * <p>Guo, Pleiss, Sun, Weinberger: On Calibration of Modern Neural Networks, 2017, arXiv
 * 1706.04599.
 *
 * @param ece expected calibration error
 * @param bins all bins, from the least sure
 */
public record Calibration(double ece, List<Bin> bins) implements Serializable {
  /** Bins. */
  public static final int BINS = 15;

  public Calibration {
    bins = List.copyOf(bins);
  }

  /**
   * One bin.
   *
   * @param examples its examples
   * @param confidence their mean probability of the predicted class; 0 without examples
   * @param accuracy share of them that is right; 0 without examples
   */
  public record Bin(long examples, double confidence, double accuracy) implements Serializable {}

  /** The bin of a probability. */
  static int bin(double confidence) {
    return (int) Math.max(0, Math.min(BINS - 1, Math.ceil(confidence * BINS) - 1));
  }
}
