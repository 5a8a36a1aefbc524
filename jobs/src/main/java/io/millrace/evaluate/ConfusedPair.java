package io.millrace.evaluate;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A class that is taken for another one.
 *
 * @param label the true class
 * @param predicted what it is taken for
 * @param examples how often
 * @param share of the true class
 */
public record ConfusedPair(String label, String predicted, long examples, double share) {
  /** How many a file and a page show. */
  public static final int WORST = 20;

  /**
   * The pairs that are confused most often, most first, {@link #WORST} at most; of equals those of
   * the larger share, then in the order of the classes.
   *
   * @param confusion examples by [true class][predicted class]
   */
  public static List<ConfusedPair> worst(List<String> classes, long[][] confusion) {
    List<ConfusedPair> pairs = new ArrayList<>();
    for (int row = 0; row < confusion.length; row++) {
      long sum = 0;
      for (long count : confusion[row]) {
        sum += count;
      }
      for (int column = 0; column < confusion.length; column++) {
        long count = confusion[row][column];
        if (row != column && count > 0) {
          pairs.add(
              new ConfusedPair(classes.get(row), classes.get(column), count, (double) count / sum));
        }
      }
    }
    pairs.sort(
        Comparator.comparingLong(ConfusedPair::examples)
            .thenComparingDouble(ConfusedPair::share)
            .reversed());
    return List.copyOf(pairs.subList(0, Math.min(WORST, pairs.size())));
  }
}
