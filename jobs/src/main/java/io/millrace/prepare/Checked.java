package io.millrace.prepare;

import io.millrace.dataset.Split;
import java.io.Serializable;

/**
 * A source row that was looked at, without its image.
 *
 * @param partition Spark partition of the source
 * @param index its place in that partition
 * @param split the source's own split, or null
 * @param label integer or name as text
 * @param content SHA-256 of the source's bytes
 * @param facts what the image is
 * @param rejection why it goes to quarantine, or null; then label, content and facts are null
 */
record Checked(
    int partition,
    int index,
    String file,
    long row,
    Split split,
    String label,
    ContentHash content,
    ImageFacts facts,
    Rejection rejection)
    implements Serializable {

  /** The split that it belongs to: train where the source tells none. */
  Split splitOrTrain() {
    return split == null ? Split.TRAIN : split;
  }
}
