package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;
import java.util.Locale;
import java.util.Set;

/**
 * What becomes of a source row.
 *
 * @param partition Spark partition of the source
 * @param index its place in that partition
 * @param id its id, if it was accepted
 * @param content the first 64 bits of the SHA-256 of the source's bytes, if it was accepted
 * @param label its class index, if it was accepted
 * @param split its split, or null if it was not accepted
 * @param splits splits of all images equal to it, itself among them
 * @param facts what its image is, or null if it was not accepted
 * @param rejection why it goes to quarantine, or null
 */
record Verdict(
    int partition,
    int index,
    long id,
    long content,
    int label,
    Split split,
    Set<Split> splits,
    ImageFacts facts,
    Rejection rejection)
    implements Serializable {

  static Verdict rejected(Checked row, Reason reason, String detail) {
    String split = row.split() == null ? null : row.split().name().toLowerCase(Locale.ROOT);
    return rejected(row, new Rejection(row.file(), row.row(), split, row.label(), reason, detail));
  }

  static Verdict rejected(Checked row, Rejection rejection) {
    return new Verdict(row.partition(), row.index(), 0, 0, 0, null, Set.of(), null, rejection);
  }

  boolean accepted() {
    return rejection == null;
  }

  /** The same in another split. */
  Verdict in(Split other, Set<Split> others) {
    return new Verdict(partition, index, id, content, label, other, others, facts, rejection);
  }
}
