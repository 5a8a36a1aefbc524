package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;

/**
 * What becomes of a source row.
 *
 * @param partition Spark partition of the source
 * @param index its place in that partition
 * @param id its id, if it was accepted
 * @param label its class index, if it was accepted
 * @param split its split, or null if it was not accepted
 * @param facts what its image is, or null if it was not accepted
 * @param rejection why it goes to quarantine, or null
 */
record Verdict(
    int partition,
    int index,
    long id,
    int label,
    Split split,
    ImageFacts facts,
    Rejection rejection)
    implements Serializable {

  static Verdict rejected(Checked row, Reason reason, String detail) {
    var rejection = new Rejection(row.file(), row.row(), row.label(), reason, detail);
    return rejected(row, rejection);
  }

  static Verdict rejected(Checked row, Rejection rejection) {
    return new Verdict(row.partition(), row.index(), 0, 0, null, null, rejection);
  }

  boolean accepted() {
    return rejection == null;
  }
}
