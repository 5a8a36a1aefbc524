package io.millrace.sink;

import io.millrace.diagnostics.Bins;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Counts by sign and power of two as TensorBoard's histogram: bucket i holds what lies above limit
 * i - 1 and up to limit i, the first one what lies above {@code min}. Powers that nothing fell into
 * make one empty bucket, so that none reaches over them.
 *
 * <p>Differs from TensorFlow's own: sum and sum of squares, which nothing shows, are those of the
 * middles of the bins, and least and largest are bounds of bins.
 */
final class BinHistogram {
  private static final double LEAST = StrictMath.pow(2, -40);

  private final List<Double> limits = new ArrayList<>();
  private final List<Double> counts = new ArrayList<>();
  private double min;
  private double sum;
  private double squares;
  private double all;

  private BinHistogram() {}

  /** The message of these bins, one of them at least. */
  static ProtoBytes of(Map<String, Double> bins) {
    BinHistogram histogram = new BinHistogram();
    bins.entrySet().stream()
        .filter(each -> each.getValue() != null)
        .sorted(Comparator.comparingDouble(each -> Bins.value(each.getKey())))
        .forEach(each -> histogram.add(Bins.value(each.getKey()), each.getValue()));
    return histogram.message();
  }

  /**
   * Adds a bin.
   *
   * @param bound of it that is nearer to 0; 0 for all that is smaller than 2^-40
   */
  private void add(double bound, double count) {
    double low = bound > 0 ? bound : bound < 0 ? 2 * bound : -LEAST;
    double high = bound > 0 ? 2 * bound : bound < 0 ? bound : LEAST;
    if (limits.isEmpty()) {
      min = low;
    } else if (low > limits.get(limits.size() - 1)) {
      limits.add(low);
      counts.add(0.0);
    }
    limits.add(high);
    counts.add(count);
    double middle = (low + high) / 2;
    all += count;
    sum += count * middle;
    squares += count * middle * middle;
  }

  private ProtoBytes message() {
    return new ProtoBytes()
        .number(1, min)
        .number(2, limits.get(limits.size() - 1))
        .number(3, all)
        .number(4, sum)
        .number(5, squares)
        .numbers(6, array(limits))
        .numbers(7, array(counts));
  }

  private static double[] array(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
