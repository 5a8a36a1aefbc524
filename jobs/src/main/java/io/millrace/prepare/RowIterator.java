package io.millrace.prepare;

import java.io.Closeable;
import java.util.Iterator;

/** The rows of a slice in order. */
interface RowIterator extends Iterator<SourceRow>, Closeable {}
