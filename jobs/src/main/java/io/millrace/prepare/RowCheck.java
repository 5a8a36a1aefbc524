package io.millrace.prepare;

import io.millrace.dataset.Split;
import io.millrace.image.BadImageException;
import io.millrace.source.BadSourceException;
import io.millrace.source.SourceRow;
import io.millrace.source.Splits;
import java.util.Iterator;
import java.util.Locale;
import java.util.NoSuchElementException;

/**
 * Looks at each row of a source partition: decodes its image, hashes it, finds what is wrong.
 * Whatever an image makes the decoder throw is that row's fault and ends no task. A file that
 * cannot be read ends the partition with a rejection of its own: the driver stops then, and no task
 * is tried again for what cannot change.
 */
final class RowCheck implements Iterator<Checked> {
  /** What decoding leaves of bytes that are not UTF-8: different labels would become one. */
  private static final char NO_CHARACTER = '\uFFFD';

  private final int partition;
  private final Iterator<SourceRow> rows;
  private final DatasetConfig config;
  private ImageWork work;
  private int index;
  private BadSourceException bad;
  private boolean ended;

  RowCheck(int partition, Iterator<SourceRow> rows, DatasetConfig config) {
    this.partition = partition;
    this.rows = rows;
    this.config = config;
    this.work = new ImageWork(config);
    TaskEnd.then(() -> work.close());
  }

  @Override
  public boolean hasNext() {
    try {
      return !ended && (bad != null || rows.hasNext());
    } catch (BadSourceException e) {
      bad = e;
      return true;
    }
  }

  @Override
  public Checked next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    try {
      if (bad == null) {
        return check(rows.next(), index++);
      }
    } catch (BadSourceException e) {
      bad = e;
    }
    ended = true;
    var rejection = new Rejection("", 0, null, null, Reason.UNREADABLE_SOURCE, bad.getMessage());
    return new Checked(partition, index, "", 0, null, null, null, null, rejection);
  }

  private Checked check(SourceRow row, int at) {
    if (row.damaged()) {
      return rejected(row, at, Reason.UNREADABLE_IMAGE, row.missing());
    }
    if (row.image() == null || row.image().length == 0) {
      return row.pathOnly()
          ? rejected(row, at, Reason.NO_FILE, row.missing())
          : rejected(row, at, Reason.EMPTY_ROW, emptiness(row));
    }
    if (row.label() == null || row.label().isEmpty()) {
      return rejected(row, at, Reason.UNKNOWN_LABEL, "it has no label");
    }
    if (row.label().indexOf(NO_CHARACTER) >= 0) {
      String detail = "its label %s is not UTF-8".formatted(row.label());
      return rejected(row, at, Reason.UNKNOWN_LABEL, detail);
    }
    Split split = row.split() == null ? null : Splits.named(row.split());
    if (row.split() != null && split == null) {
      String detail =
          row.split().equals(SourceRow.NO_SPLIT)
              ? "it has no split"
              : "split %s (must be train, validation or test)".formatted(row.split());
      return rejected(row, at, Reason.UNKNOWN_SPLIT, detail);
    }
    try {
      ImageFacts facts = work.facts(row);
      ContentHash content = ContentHash.of(row.image());
      return new Checked(
          partition, at, row.file(), row.row(), split, row.label(), content, facts, null);
    } catch (BadImageException e) {
      return rejected(row, at, Reason.UNREADABLE_IMAGE, e.getMessage());
    } catch (RuntimeException e) {
      startOver();
      return rejected(row, at, Reason.UNREADABLE_IMAGE, "it cannot be decoded, " + e);
    } catch (OutOfMemoryError e) {
      startOver();
      return rejected(row, at, Reason.UNREADABLE_IMAGE, "it needs more memory than there is here");
    }
  }

  private static String emptiness(SourceRow row) {
    return row.missing() == null ? "its image has no bytes" : row.missing();
  }

  /** What failed in the middle may be in any state, and hold any memory. */
  private void startOver() {
    work.close();
    work = new ImageWork(config);
  }

  private Checked rejected(SourceRow row, int at, Reason reason, String detail) {
    Split told = row.split() == null ? null : Splits.named(row.split());
    String split = told == null ? row.split() : told.name().toLowerCase(Locale.ROOT);
    var rejection = new Rejection(row.file(), row.row(), split, row.label(), reason, detail);
    return new Checked(
        partition, at, row.file(), row.row(), null, row.label(), null, null, rejection);
  }
}
