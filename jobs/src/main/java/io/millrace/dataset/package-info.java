/**
 * Prepared data sets in Parquet: manifest, splits, blocks and their reader.
 *
 * <p>Decided: a block is a row group of exactly so many rows, the unit of shuffled reading. Its
 * columns are required, PLAIN and uncompressed, with checksums, as images do not shrink again and
 * their bytes can then be handed out where they were read to. The manifest alone says which files
 * belong to a set, and is written last.
 *
 * <p>Rejected: dictionaries and compression; parquet-hadoop's column readers, which go value by
 * value and copy a page to check it, and Spark's vectorised reader, whose batch of 4096 rows is 400
 * MB of photographs; a folder's listing as the set, of which half may be there.
 */
package io.millrace.dataset;
