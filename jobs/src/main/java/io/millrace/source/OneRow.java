package io.millrace.source;

import java.util.NoSuchElementException;

/** The row of an image that is a file of its own. */
final class OneRow implements RowIterator {
  private SourceRow row;

  OneRow(SourceRow row) {
    this.row = row;
  }

  @Override
  public boolean hasNext() {
    return row != null;
  }

  @Override
  public SourceRow next() {
    if (row == null) {
      throw new NoSuchElementException();
    }
    SourceRow next = row;
    row = null;
    return next;
  }

  @Override
  public void close() {}
}
