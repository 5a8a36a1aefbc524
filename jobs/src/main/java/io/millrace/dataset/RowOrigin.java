package io.millrace.dataset;

import java.io.Serializable;

/**
 * The row of a source that an example was made of.
 *
 * @param file its file, relative to the source
 * @param row its number in the file, from 0
 */
public record RowOrigin(String file, long row) implements Serializable {}
