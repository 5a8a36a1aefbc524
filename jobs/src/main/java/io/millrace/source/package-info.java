/**
 * A data lake's labelled images as rows: Parquet, folders by class, IDX pairs, tables at a version.
 *
 * <p>Decided: a layout is opened on the driver, where what is wrong with it is said before anything
 * runs, and read on executors row by row. A row is known by its file and number there, so that a
 * task that is repeated reads the same. What is left out, such as hidden files and links, is named.
 * A condition is resolved by Spark's own analyser, and asked of folders before they are listed. A
 * table is read by its own reader at one snapshot, planned once: what is deleted is its business.
 *
 * <p>Rejected: Spark's own readers of files: that of images, which drops what it cannot read, and
 * that of Parquet, whose batches of 4096 rows hold hundreds of megabytes of photographs. Reading
 * the files that a table's log names: deletes, renamed columns and other formats would be ours.
 */
package io.millrace.source;
