package io.millrace.source;

import java.io.Serializable;

/**
 * A piece of a source that one task reads alone: a row group, a range of rows, or a whole file.
 *
 * @param file path relative to the source
 * @param part the row group in a Parquet file, else 0
 * @param firstRow number of its first row in the file
 * @param rows its rows
 * @param bytes its size in bytes, about
 */
public record Slice(String file, int part, long firstRow, long rows, long bytes)
    implements Serializable {}
