package io.millrace.source;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;

/** A layout of labelled images in a data lake. It is opened on the driver and read on executors. */
public interface Source extends SourceLabels, Serializable {
  /** The pieces of the source in order of (file, row). */
  List<Slice> slices();

  /** Reads one piece. */
  RowIterator read(Slice slice) throws IOException;

  /** What lies there and is no part of it, a line each. */
  default List<String> leftOut() {
    return List.of();
  }
}
