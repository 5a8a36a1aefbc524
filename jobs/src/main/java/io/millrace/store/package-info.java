/**
 * A run's folder on any Hadoop file system: files that appear whole or not at all.
 *
 * <p>Decided: {@code FileContext}, whose rename replaces a file. Rejected: {@code
 * FileSystem.rename}, which nests into an existing folder on HDFS.
 */
package io.millrace.store;
