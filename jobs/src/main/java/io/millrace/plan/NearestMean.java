package io.millrace.plan;

/**
 * How well the means of classes tell them apart: the share of examples whose own class has the
 * nearest mean, Euclidean, where the mean of its own class is that of the other examples alone
 * (leave one out). Ties go to the lower class; an example that is alone in its class is wrong.
 */
final class NearestMean {
  private NearestMean() {}

  /**
   * The share of examples that are right.
   *
   * @param features [N, F]
   * @param labels class of each example, below {@code classes}
   */
  static double accuracy(float[][] features, int[] labels, int classes) {
    int length = features[0].length;
    double[][] sums = new double[classes][length];
    int[] counts = new int[classes];
    for (int i = 0; i < features.length; i++) {
      counts[labels[i]]++;
      for (int j = 0; j < length; j++) {
        sums[labels[i]][j] += features[i][j];
      }
    }
    int right = 0;
    for (int i = 0; i < features.length; i++) {
      right += nearest(features[i], labels[i], sums, counts) == labels[i] ? 1 : 0;
    }
    return (double) right / features.length;
  }

  private static int nearest(float[] example, int own, double[][] sums, int[] counts) {
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int k = 0; k < sums.length; k++) {
      int left = k == own ? 1 : 0;
      int count = counts[k] - left;
      if (count > 0) {
        double distance = 0;
        for (int j = 0; j < example.length; j++) {
          double off = example[j] - (sums[k][j] - left * example[j]) / count;
          distance += off * off;
        }
        if (distance < least) {
          least = distance;
          nearest = k;
        }
      }
    }
    return nearest;
  }
}
