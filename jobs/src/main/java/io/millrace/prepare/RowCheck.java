package io.millrace.prepare;

import io.millrace.config.DatasetConfig;
import io.millrace.dataset.Split;
import io.millrace.image.BadImageException;
import io.millrace.source.SourceRow;
import io.millrace.source.Splits;
import java.util.Iterator;

/** Looks at each row of a source partition: decodes its image, hashes it, finds what is wrong. */
final class RowCheck implements Iterator<Checked> {
  private final int partition;
  private final Iterator<SourceRow> rows;
  private final ImageWork work;
  private int index;

  RowCheck(int partition, Iterator<SourceRow> rows, DatasetConfig config) {
    this.partition = partition;
    this.rows = rows;
    this.work = new ImageWork(config);
    TaskEnd.then(work::close);
  }

  @Override
  public boolean hasNext() {
    return rows.hasNext();
  }

  @Override
  public Checked next() {
    return check(rows.next(), index++);
  }

  private Checked check(SourceRow row, int at) {
    if (row.image() == null || row.image().length == 0) {
      return rejected(row, at, Reason.EMPTY_ROW, "it has no image");
    }
    if (row.label() == null || row.label().isEmpty()) {
      return rejected(row, at, Reason.UNKNOWN_LABEL, "it has no label");
    }
    Split split = row.split() == null ? null : Splits.named(row.split());
    if (row.split() != null && split == null) {
      String detail = "split %s (must be train, validation or test)".formatted(row.split());
      return rejected(row, at, Reason.UNKNOWN_SPLIT, detail);
    }
    try {
      ImageFacts facts = work.facts(row);
      ContentHash content = ContentHash.of(row.image());
      return new Checked(
          partition, at, row.file(), row.row(), split, row.label(), content, facts, null);
    } catch (BadImageException e) {
      return rejected(row, at, Reason.UNREADABLE_IMAGE, e.getMessage());
    }
  }

  private Checked rejected(SourceRow row, int at, Reason reason, String detail) {
    var rejection = new Rejection(row.file(), row.row(), row.label(), reason, detail);
    return new Checked(
        partition, at, row.file(), row.row(), null, row.label(), null, null, rejection);
  }
}
