/** A data lake's labelled images as rows: Parquet, folders by class, IDX pairs. */
package io.millrace.source;
