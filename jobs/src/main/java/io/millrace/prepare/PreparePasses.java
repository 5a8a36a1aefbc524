package io.millrace.prepare;

import io.millrace.config.DatasetConfig;
import io.millrace.dataset.PartitionBy;
import io.millrace.dataset.Split;
import io.millrace.source.Slice;
import io.millrace.source.Source;
import io.millrace.source.SourceRow;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;
import scala.Tuple2;

/**
 * What Spark does for a prepare, in this order: check, judge, order, write. The small records of
 * the first two are kept until closed; images are read by the first and the last. Used on the
 * driver.
 */
final class PreparePasses implements AutoCloseable {
  private final Source source;
  private final DatasetConfig config;
  private final long seed;
  private final JavaRDD<Iterable<Slice>> slices;
  private JavaRDD<Checked> checked;
  private JavaRDD<Verdict> verdicts;

  PreparePasses(JavaSparkContext spark, Source source, DatasetConfig config, long seed) {
    this.source = source;
    this.config = config;
    this.seed = seed;
    this.slices = Slices.parallelize(spark, source.slices());
  }

  /** Looks at every row. */
  SourceTally check() {
    DatasetConfig settings = config;
    checked =
        rows()
            .mapPartitionsWithIndex(
                (p, rows) -> (Iterator<Checked>) new RowCheck(p, rows, settings), true)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    return checked.aggregate(
        new SourceTally(source.integerLabels()), SourceTally::add, SourceTally::add);
  }

  /** Gives label, split and id, equal images together. */
  Tally judge(ClassOrder classes, SourceTally found) {
    var judge = new Judge(classes, found.has(Split.VALIDATION) ? 0 : config.validationShare());
    JavaRDD<Verdict> judged =
        checked
            .filter(row -> row.rejection() == null)
            .mapToPair(row -> new Tuple2<>(ContentKey.of(row), row))
            .repartitionAndSortWithinPartitions(
                new PartitionBy<ContentKey>(checked.getNumPartitions(), ContentKey::range))
            .mapPartitions(judge::judge);
    verdicts =
        checked
            .filter(row -> row.rejection() != null)
            .map(row -> Verdict.rejected(row, row.rejection()))
            .union(judged)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    return verdicts.treeAggregate(new Tally(classes.names().size()), Tally::add, Tally::add);
  }

  JavaRDD<Rejection> rejected() {
    return verdicts.filter(verdict -> !verdict.accepted()).map(Verdict::rejection);
  }

  /** Finds which file every example goes to. */
  FileLayout order() {
    return FileLayout.of(accepted(), seed, (long) config.fileBlocks() * config.blockRows());
  }

  /** Sends every accepted image to its file, in one shuffle. */
  List<WrittenFile> write(FileLayout layout, Snapshot snapshot) {
    DatasetConfig settings = config;
    return rows()
        .zipPartitions(places(layout), (rows, placed) -> new PlacedRows(rows, placed, settings))
        .mapToPair(row -> row)
        .repartitionAndSortWithinPartitions(
            new PartitionBy<RowKey>(layout.files(), (key, files) -> key.file()))
        .mapPartitionsWithIndex(
            (file, rows) ->
                List.of(snapshot.write(layout.name(file), settings.blockRows(), rows)).iterator(),
            true)
        .collect();
  }

  /** Where each row goes, beside the partition of the source that it is read in. */
  private JavaPairRDD<SourcePlace, Placement> places(FileLayout layout) {
    long orderSeed = seed;
    return accepted()
        .mapToPair(
            v ->
                new Tuple2<>(
                    new SourcePlace(v.partition(), v.index()),
                    new Placement(
                        layout.key(v.split(), RowKey.hash(orderSeed, v.id()), v.id()), v.label())))
        .repartitionAndSortWithinPartitions(
            new PartitionBy<SourcePlace>(
                slices.getNumPartitions(), (place, sources) -> place.partition()));
  }

  private JavaRDD<Verdict> accepted() {
    return verdicts.filter(Verdict::accepted);
  }

  private JavaRDD<SourceRow> rows() {
    Source opened = source;
    return slices.mapPartitions(pieces -> new ChainedRows(opened, pieces.next().iterator()), true);
  }

  /** Waits until the records are gone: Spark prints a trace where it is stopped meanwhile. */
  @Override
  public void close() {
    if (checked != null) {
      checked.unpersist(true);
    }
    if (verdicts != null) {
      verdicts.unpersist(true);
    }
  }
}
