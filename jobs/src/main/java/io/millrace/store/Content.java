package io.millrace.store;

import java.io.IOException;
import java.io.OutputStream;

/** Writes the content of a file. */
@FunctionalInterface
public interface Content {
  /** Writes all of it; the stream is not closed. */
  void writeTo(OutputStream out) throws IOException;
}
