package io.millrace.prepare;

import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceRow;
import io.millrace.source.SourceRows;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** The rows of a source of files, some of its slices in each partition. Lives on the driver. */
record FileRows(Source source, JavaRDD<Iterable<Slice>> slices) implements SourceRows {
  static FileRows of(Source source, JavaSparkContext spark) {
    return new FileRows(source, Slices.parallelize(spark, source.slices()));
  }

  @Override
  public boolean integerLabels() {
    return source.integerLabels();
  }

  @Override
  public List<String> classNames() {
    return source.classNames();
  }

  @Override
  public List<String> leftOut() {
    return source.leftOut();
  }

  @Override
  public long count() {
    return source.slices().stream().mapToLong(Slice::rows).sum();
  }

  @Override
  public int partitions() {
    return slices.getNumPartitions();
  }

  @Override
  public JavaRDD<SourceRow> rows(LongAccumulator read) {
    Source opened = source;
    return slices.mapPartitions(
        pieces -> new ChainedRows(opened, pieces.next().iterator(), read), true);
  }
}
