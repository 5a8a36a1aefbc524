/**
 * A data lake's labelled images as rows: Parquet, folders by class, IDX pairs.
 *
 * <p>Decided: a layout is opened on the driver, where what is wrong with it is said before anything
 * runs, and read on executors row by row. A row is known by its file and number there, so that a
 * task that is repeated reads the same. What is left out, such as hidden files and links, is named.
 *
 * <p>Rejected: Spark's own readers: that of images, which drops what it cannot read, and that of
 * Parquet, whose batches of 4096 rows hold hundreds of megabytes of photographs.
 */
package io.millrace.source;
