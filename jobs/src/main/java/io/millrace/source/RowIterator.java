package io.millrace.source;

import java.io.Closeable;
import java.util.Iterator;

/** The rows of a slice in order. */
public interface RowIterator extends Iterator<SourceRow>, Closeable {}
