package io.millrace.evaluate;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A wrong prediction, and where its image is.
 *
 * @param id id of the example
 * @param block index of its block in the split
 * @param row row in the block
 * @param label true class
 * @param predicted class with the largest probability
 * @param loss cross entropy, in nats
 * @param confidence the probability that the network gave the predicted class
 */
public record Mistake(
    long id, int block, int row, int label, int predicted, double loss, double confidence)
    implements Serializable {
  /** Largest loss first; ties by place in the split, so that the order never depends on Spark. */
  static final Comparator<Mistake> WORST_FIRST =
      Comparator.comparingDouble(Mistake::loss)
          .reversed()
          .thenComparingInt(Mistake::block)
          .thenComparingInt(Mistake::row);
}
