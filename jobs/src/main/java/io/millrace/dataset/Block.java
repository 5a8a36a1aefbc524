package io.millrace.dataset;

/**
 * A Parquet row group of a prepared data set, the unit of shuffled reading.
 *
 * @param file path of its Parquet file, relative to the data set's root
 * @param rowGroup index of the row group in its file, from 0
 * @param rows examples in it
 * @param bytes size on disk, in bytes
 */
public record Block(String file, int rowGroup, int rows, long bytes)
    implements java.io.Serializable {}
