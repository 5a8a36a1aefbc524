package io.millrace.prepare;

import io.millrace.source.BadSourceException;
import io.millrace.source.RowIterator;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceRow;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.util.LongAccumulator;

/** The rows of one slice after another; the open one is closed when the task ends. */
final class ChainedRows implements Iterator<SourceRow> {
  private final Source source;
  private final Iterator<Slice> slices;
  private final LongAccumulator read;
  private final TaskContext task = TaskContext.get();
  private RowIterator open;

  ChainedRows(Source source, Iterator<Slice> slices, LongAccumulator read) {
    this.source = source;
    this.read = read;
    this.slices = slices;
    TaskEnd.then(this::close);
  }

  @Override
  public boolean hasNext() {
    if (task.isInterrupted()) {
      throw new TaskKilledException("prepare was stopped");
    }
    while (open == null || !open.hasNext()) {
      close();
      if (!slices.hasNext()) {
        return false;
      }
      Slice slice = slices.next();
      try {
        open = source.read(slice);
      } catch (FileNotFoundException e) {
        throw new BadSourceException(
            "Cannot read %s: it is gone since prepare began (run it again)".formatted(slice.file()),
            e);
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
    read.add(1);
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
