package io.millrace.prepare;

import java.io.Serializable;

/**
 * Where a source row goes.
 *
 * @param key its file and place there
 * @param label its class index
 * @param content the first 64 bits of the SHA-256 of the bytes that were looked at
 */
record Placement(RowKey key, int label, long content) implements Serializable {}
