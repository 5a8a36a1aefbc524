package io.millrace.evaluate;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What a network said of one example.
 *
 * @param id id of the example
 * @param label true class; -1 for one that the network does not know, which it never has right
 * @param predicted class of largest probability, ties to the lower index
 * @param rank classes that come before the true one: larger probability, or equal and lower index
 * @param loss cross entropy on the hard label, in nats
 * @param confidence the probability of the predicted class
 */
record Outcome(long id, int label, int predicted, int rank, double loss, float confidence) {
  private static final int BYTES = 2 * Long.BYTES + 3 * Integer.BYTES + Float.BYTES;

  /**
   * The outcome of one row of class probabilities, [classes].
   *
   * @throws IllegalStateException if they are not numbers
   */
  static Outcome of(long id, int label, FloatBuffer row, int offset, int classes) {
    float own = label < 0 ? -1 : row.get(offset + label);
    int predicted = 0;
    int rank = 0;
    for (int k = 0; k < classes; k++) {
      float probability = row.get(offset + k);
      if (Float.isNaN(probability)) {
        throw new IllegalStateException(
            "Cannot evaluate example %016x: the network's output is not a number".formatted(id));
      }
      if (probability > row.get(offset + predicted)) {
        predicted = k;
      }
      if (probability > own || probability == own && k < label) {
        rank++;
      }
    }
    // A probability below the smallest float counts as that one: a loss of 103, not infinity.
    double loss = -StrictMath.log(Math.max(own, Float.MIN_VALUE));
    return new Outcome(id, label, predicted, rank, loss, row.get(offset + predicted));
  }

  /** Outcomes as bytes, the only form in which results cross Spark. */
  static byte[] encode(List<Outcome> outcomes) {
    ByteBuffer bytes = ByteBuffer.allocate(BYTES * outcomes.size());
    for (Outcome o : outcomes) {
      bytes.putLong(o.id).putInt(o.label).putInt(o.predicted).putInt(o.rank);
      bytes.putDouble(o.loss).putFloat(o.confidence);
    }
    return bytes.array();
  }

  static List<Outcome> decode(byte[] encoded) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded);
    List<Outcome> outcomes = new ArrayList<>(encoded.length / BYTES);
    while (bytes.hasRemaining()) {
      outcomes.add(
          new Outcome(
              bytes.getLong(),
              bytes.getInt(),
              bytes.getInt(),
              bytes.getInt(),
              bytes.getDouble(),
              bytes.getFloat()));
    }
    return outcomes;
  }
}
