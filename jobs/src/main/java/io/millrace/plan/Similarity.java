package io.millrace.plan;

import java.util.Arrays;
import java.util.Locale;

/**
 * How similar a data set is to what a model has learnt, measured by its frozen features: {@code s =
 * (a - 1/K) / (A - 1/K)}, 1 where they tell the classes apart as well as the model does its own, 0
 * where they do no better than chance. LEEP stands beside it and decides nothing.
 *
 * @param images examples that it was measured on
 * @param classes K, the classes among them
 * @param nearestMean a, the accuracy of {@link NearestMean}
 * @param own A, the model's accuracy on its own validation; null if unknown, which counts as 1
 * @param leep of the model's answers, see {@link Leep}; null where they are not known
 */
public record Similarity(int images, int classes, double nearestMean, Double own, Double leep) {
  /** From here on a set is similar; ours. */
  static final double SIMILAR = 0.5;

  /**
   * Measures features.
   *
   * @param features before the head, [N, F]
   * @param source probabilities of the model's own classes, [N, Z]; null where not known
   * @param labels class of each example
   * @param own the model's accuracy on its own validation; null if unknown
   */
  public static Similarity of(float[][] features, double[][] source, int[] labels, Double own) {
    int[] dense = labels.clone();
    int[] known = Arrays.stream(labels).sorted().distinct().toArray();
    for (int i = 0; i < dense.length; i++) {
      dense[i] = Arrays.binarySearch(known, labels[i]);
    }
    return new Similarity(
        labels.length,
        known.length,
        NearestMean.accuracy(features, dense, known.length),
        own,
        source == null ? null : Leep.of(source, dense, known.length));
  }

  /** s. */
  public double value() {
    double chance = 1.0 / classes;
    return (nearestMean - chance) / (base() - chance);
  }

  /** A model that does no better than chance on its own is no measure. */
  private double base() {
    return own == null || own <= 1.0 / classes ? 1 : own;
  }

  boolean isSimilar() {
    return value() >= SIMILAR;
  }

  /** How it was measured. */
  String words() {
    return String.format(
        Locale.ROOT,
        "s = %.2f, similar from %s: (a - 1/K) / (A - 1/K), where a = %.3f is the share of %,d images"
            + " that have the nearest class mean of frozen features (leave one out), K = %d, A = %s; LEEP %s",
        value(),
        SIMILAR,
        nearestMean,
        images,
        classes,
        own == null
            ? "1, as the model does not say its own accuracy"
            : base() == own
                ? String.format(Locale.ROOT, "%.3f is the model's own accuracy", own)
                : String.format(
                    Locale.ROOT, "1, as the model's own, %.3f, is that of chance here", own),
        leep == null
            ? "unknown, as the file has no answers of its own for these features"
            : String.format(Locale.ROOT, "%.3f", leep));
  }
}
