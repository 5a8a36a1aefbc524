package io.millrace.prepare;

import io.millrace.cluster.Broadcasts;
import io.millrace.dataset.PartitionBy;
import io.millrace.dataset.Split;
import io.millrace.source.SourceRows;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.LongAccumulator;
import scala.Tuple2;

/**
 * What Spark does for a prepare, in this order: check, judge, order, write. The small records of
 * the first two are kept until closed; images are read by the first and the last. Used on the
 * driver.
 */
final class PreparePasses implements AutoCloseable {
  private final SourceRows source;
  private final long sourceRows;
  private final DatasetConfig config;
  private final long seed;
  private final Pulse pulse;
  private final JavaSparkContext spark;
  private Broadcast<KnownExamples> known;
  private JavaRDD<Checked> checked;
  private JavaRDD<Verdict> judged;
  private JavaRDD<Verdict> verdicts;

  PreparePasses(
      JavaSparkContext spark, SourceRows source, DatasetConfig config, long seed, Pulse pulse) {
    this.pulse = pulse;
    this.spark = spark;
    this.source = source;
    this.config = config;
    this.seed = seed;
    this.sourceRows = source.count();
  }

  /** Looks at every row. */
  SourceTally check() {
    DatasetConfig settings = config;
    checked =
        source
            .rows(pulse.over("check", 1, sourceRows))
            .mapPartitionsWithIndex(
                (p, rows) -> (Iterator<Checked>) new RowCheck(p, rows, settings), true)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    return checked.aggregate(
        new SourceTally(source.integerLabels()), SourceTally::add, SourceTally::add);
  }

  /** Gives label, split and id, equal images together. */
  VerdictTally judge(ClassOrder classes, SourceTally found, Increment since) {
    known = since.known().size() == 0 ? null : spark.broadcast(since.known());
    var judge = new Judge(classes, known);
    JavaRDD<Verdict> usable =
        checked
            .filter(row -> row.rejection() == null && judge.isNew(row))
            .mapToPair(row -> new Tuple2<>(ContentKey.of(row), row))
            .repartitionAndSortWithinPartitions(
                new PartitionBy<ContentKey>(checked.getNumPartitions(), ContentKey::range))
            .mapPartitions(judge::judge);
    judged =
        checked
            .filter(row -> row.rejection() != null)
            .map(row -> Verdict.rejected(row, row.rejection()))
            .union(usable)
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    double share = found.has(Split.VALIDATION) ? 0 : config.validationShare();
    double heldOut = found.has(Split.TEST) ? 0 : since.heldOutShare();
    ValidationCut cut = ValidationCut.of(judged, share, heldOut, classes.names().size());
    verdicts = judged.map(cut::apply);
    return verdicts.treeAggregate(
        new VerdictTally(classes.names().size()), VerdictTally::add, VerdictTally::add);
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
    LongAccumulator passed = pulse.over("write", 2, sourceRows); // once as read, once as written
    return source
        .rows(passed)
        .zipPartitions(places(layout), (rows, placed) -> new PlacedRows(rows, placed, settings))
        .mapToPair(row -> row)
        .repartitionAndSortWithinPartitions(
            new PartitionBy<RowKey>(layout.files(), (key, files) -> key.file()))
        .mapPartitionsWithIndex(
            (file, rows) -> {
              WrittenFile written = snapshot.write(layout.name(file), settings.blockRows(), rows);
              passed.add(written.rows());
              return List.of(written).iterator();
            },
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
                        layout.key(v.split(), RowKey.hash(orderSeed, v.id()), v.id()),
                        v.label(),
                        v.content())))
        .repartitionAndSortWithinPartitions(
            new PartitionBy<SourcePlace>(
                source.partitions(), (place, sources) -> place.partition()));
  }

  private JavaRDD<Verdict> accepted() {
    return verdicts.filter(Verdict::accepted);
  }

  /** The rows of the files that are read. */
  long sourceRows() {
    return sourceRows;
  }

  /** Waits until the records are gone: Spark prints a trace where it is stopped meanwhile. */
  @Override
  public void close() {
    if (checked != null) {
      checked.unpersist(true);
    }
    if (judged != null) {
      judged.unpersist(true);
    }
    if (known != null) {
      Broadcasts.destroy(known);
    }
  }
}
