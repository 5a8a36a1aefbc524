package io.millrace.source;

import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.LongAccumulator;

/**
 * The rows of a table at one snapshot, by its own reader, which knows what was deleted. It is
 * planned once, so that all readings of it have the same partitions. Lives on the driver.
 */
public final class TableRows implements SourceRows {
  private final TableSnapshot snapshot;
  private final SourceConfig config;
  private final Dataset<Row> all;
  private final TableColumns columns;
  private final JavaRDD<Row> read;

  TableRows(Dataset<Row> all, TableSnapshot snapshot, SourceConfig config) {
    this.all = all;
    this.snapshot = snapshot;
    this.config = config;
    this.columns = TableColumns.of(all.schema(), config);
    Where where = Where.of(config.where());
    if (!where.none()) {
      SqlCondition.of(where, all.schema());
    }
    Dataset<Row> kept = where.none() ? all : all.where(config.where());
    this.read = columns.select(kept, config).javaRDD();
  }

  /** Name and version, in words. */
  public String words() {
    return snapshot.words();
  }

  /** The snapshot as the one file that it is read from. */
  public SourceFiles files() {
    return snapshot.asFiles(config.where());
  }

  @Override
  public boolean integerLabels() {
    return columns.integers();
  }

  @Override
  public List<String> classNames() {
    return List.of();
  }

  @Override
  public List<String> leftOut() {
    return config.split() != null && !config.splits().isEmpty()
        ? List.of("rows whose split source.splits does not name")
        : List.of();
  }

  @Override
  public long count() {
    return all.count();
  }

  @Override
  public int partitions() {
    return read.getNumPartitions();
  }

  @Override
  public JavaRDD<SourceRow> rows(LongAccumulator counted) {
    TableColumns used = columns;
    SourceConfig asked = config;
    return read.mapPartitionsWithIndex(
        (partition, rows) -> new Rows(rows, partition, used, asked, counted), true);
  }

  /** The rows of one partition whose split was chosen. */
  private static final class Rows implements Iterator<SourceRow> {
    private final Iterator<Row> rows;
    private final int partition;
    private final TableColumns columns;
    private final SourceConfig config;
    private final LongAccumulator counted;
    private final TaskContext task = TaskContext.get();
    private long index;
    private SourceRow ahead;

    Rows(
        Iterator<Row> rows,
        int partition,
        TableColumns columns,
        SourceConfig config,
        LongAccumulator counted) {
      this.rows = rows;
      this.partition = partition;
      this.columns = columns;
      this.config = config;
      this.counted = counted;
    }

    @Override
    public boolean hasNext() {
      if (task.isInterrupted()) {
        throw new TaskKilledException("prepare was stopped");
      }
      while (ahead == null && rows.hasNext()) {
        SourceRow row = columns.row(rows.next(), partition, index++);
        ahead = Splits.reads(config.splits(), row) ? row : null;
      }
      return ahead != null;
    }

    @Override
    public SourceRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      SourceRow next = ahead;
      ahead = null;
      counted.add(1);
      return next;
    }
  }
}
