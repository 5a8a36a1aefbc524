/** Prepared data sets in Parquet: manifest, splits, blocks and their reader. */
package io.millrace.dataset;
