package io.millrace.prepare;

import java.io.Serializable;

/** Where a source row goes, and its class index. */
record Placement(RowKey key, int label) implements Serializable {}
