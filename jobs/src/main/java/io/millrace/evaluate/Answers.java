package io.millrace.evaluate;

import java.util.List;
import java.util.SortedMap;

/**
 * Which examples of a split a model has right, in the order of blocks and rows, so that two models
 * on one split can be paired.
 *
 * @param ids of the examples
 * @param right whether the class of largest probability is the true one; never of a class that the
 *     model does not know
 */
public record Answers(long[] ids, boolean[] right) {
  static Answers of(SortedMap<Integer, List<Outcome>> outcomes) {
    int rows = outcomes.values().stream().mapToInt(List::size).sum();
    long[] ids = new long[rows];
    boolean[] right = new boolean[rows];
    int at = 0;
    for (List<Outcome> block : outcomes.values()) {
      for (Outcome outcome : block) {
        ids[at] = outcome.id();
        right[at++] = outcome.rank() == 0;
      }
    }
    return new Answers(ids, right);
  }
}
