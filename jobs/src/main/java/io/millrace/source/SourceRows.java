package io.millrace.source;

import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.util.LongAccumulator;

/**
 * The rows of a source as Spark reads them: in the same partitions and order each time. Lives on
 * the driver.
 */
public interface SourceRows extends SourceLabels {
  /** What lies there and is no part of it, a line each. */
  List<String> leftOut();

  /** Rows of all that is read, those that {@code source.where} leaves out included. */
  long count();

  /** Partitions of {@link #rows}. */
  int partitions();

  /** The rows; each adds 1 to {@code read} as it is read. */
  JavaRDD<SourceRow> rows(LongAccumulator read);
}
