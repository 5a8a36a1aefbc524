package io.millrace.source;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A table of a lake that keeps its earlier versions. Lives on the driver. */
interface SnapshotTable {
  /** Its versions. */
  TableHistory history();

  /** Its rows as they were. */
  Dataset<Row> at(TableSnapshot snapshot);
}
