/**
 * What is kept: files that are replaced in one step on any file system, a run's folder of them, and
 * leases that say who works in a folder.
 *
 * <p>Decided: each kind of store is written as it is atomic there (a local disk by {@code
 * rename(2)}, HDFS by {@code FileContext}'s rename, object stores in place). Rejected: one way for
 * all, since Hadoop's rename deletes first on a local disk and on S3A, and {@code
 * FileSystem.rename} nests into an existing folder on HDFS; and clocks, by which no two machines
 * agree: a lease ages by what its watcher has seen.
 */
package io.millrace.store;
