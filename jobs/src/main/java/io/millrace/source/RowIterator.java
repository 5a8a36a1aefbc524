package io.millrace.source;

import java.io.Closeable;
import java.util.Iterator;

/** The rows of a slice in order. */
public interface RowIterator extends Iterator<SourceRow>, Closeable {
  /**
   * Passes over what comes before a row, as cheaply as the layout can; some of it may come all the
   * same.
   *
   * @param row number in the file
   */
  default void skipTo(long row) {}
}
