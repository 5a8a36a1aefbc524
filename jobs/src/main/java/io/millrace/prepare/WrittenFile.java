package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest.DataFile;
import io.millrace.dataset.DatasetManifest.RowGroup;
import java.io.Serializable;

/** A data file that a task wrote, and the order-free hash of its ids. */
record WrittenFile(DataFile file, long idSumHigh, long idSumLow) implements Serializable {
  long rows() {
    return file.blocks().stream().mapToLong(RowGroup::rows).sum();
  }
}
