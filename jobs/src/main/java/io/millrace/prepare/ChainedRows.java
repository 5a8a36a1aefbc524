package io.millrace.prepare;

import io.millrace.source.RowIterator;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The rows of one slice after another; the open one is closed when the task ends. */
final class ChainedRows implements Iterator<SourceRow> {
  private final Source source;
  private final Iterator<Slice> slices;
  private RowIterator open;

  ChainedRows(Source source, Iterator<Slice> slices) {
    this.source = source;
    this.slices = slices;
    TaskEnd.then(this::close);
  }

  @Override
  public boolean hasNext() {
    while (open == null || !open.hasNext()) {
      close();
      if (!slices.hasNext()) {
        return false;
      }
      try {
        open = source.read(slices.next());
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
    }
    return true;
  }

  @Override
  public SourceRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return open.next();
  }

  private void close() {
    try {
      if (open != null) {
        open.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    } finally {
      open = null;
    }
  }
}
