package io.millrace.prepare;

import io.millrace.config.DatasetConfig;
import io.millrace.config.RunConfig;
import io.millrace.config.SourceConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.NewerFormatException;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;

/**
 * From a data lake to a prepared data set. The source is read twice: once to look at every image,
 * after which label, split, id and place of each row are known from small records, and once to send
 * the images through the only large shuffle. Runs on the driver.
 */
public final class PrepareJob {
  private static final Logger LOG = LoggerFactory.getLogger(PrepareJob.class);

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final Configuration conf;
  private final SourceConfig sourceConfig;
  private final DatasetConfig config;
  private final long seed;

  private PrepareJob(SparkSession session, SourceConfig source, DatasetConfig dataset, long seed) {
    this.session = session;
    this.spark = new JavaSparkContext(session.sparkContext());
    this.conf = spark.hadoopConfiguration();
    this.sourceConfig = source;
    this.config = dataset;
    this.seed = seed;
  }

  /**
   * Prepares the data set that a config describes, or says that it is up to date.
   *
   * @throws IllegalArgumentException if source or config cannot be used
   * @throws IOException if files cannot be read or written; an earlier set stays as it was
   */
  public static PrepareReport run(SparkSession spark, RunConfig config) throws IOException {
    return run(spark, config.source(), config.dataset(), config.seed());
  }

  static PrepareReport run(
      SparkSession spark, SourceConfig source, DatasetConfig dataset, long seed)
      throws IOException {
    require("source.path", source.path());
    require("dataset.path", dataset.path());
    var job = new PrepareJob(spark, source, dataset, seed);
    try {
      return job.execute();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw Failures.ofSpark("prepare " + source.path(), e);
    } finally {
      spark.sparkContext().setJobDescription(null);
    }
  }

  private PrepareReport execute() throws Exception {
    long start = System.nanoTime();
    SourceFiles files = SourceFiles.list(sourceConfig.path(), conf);
    List<String> givenClasses = givenClasses();
    Map<String, Object> settings = Fingerprints.settings(sourceConfig, config, givenClasses);
    String fingerprint = Fingerprints.source(files, settings, seed);
    Optional<DatasetManifest> earlier = earlier();
    if (earlier.isPresent() && earlier.get().origin().fingerprint().equals(fingerprint)) {
      return new PrepareReport(config.path(), true, earlier.get(), "", since(start));
    }

    Source source = Sources.open(files, sourceConfig, spark);
    JavaRDD<Iterable<Slice>> slices = Slices.parallelize(spark, source.slices());
    JavaRDD<Checked> checked = check(source, slices);
    JavaRDD<Verdict> verdicts = null;
    Path root = root();
    Snapshot snapshot = new Snapshot(root, Fingerprints.snapshotName(fingerprint), conf);
    try {
      snapshot.create();
      SourceTally found =
          checked.aggregate(
              new SourceTally(source.integerLabels()), SourceTally::add, SourceTally::add);
      requireRows(found);
      ClassOrder classes = ClassOrder.resolve(givenClasses, source, found);
      verdicts = judge(checked, classes, found);
      Tally tally =
          verdicts.treeAggregate(new Tally(classes.names().size()), Tally::add, Tally::add);
      String quarantine = quarantine(verdicts, tally, root, snapshot);
      requireUsable(tally, found, classes, root, quarantine);
      JavaRDD<Verdict> accepted = verdicts.filter(Verdict::accepted);
      List<WrittenFile> written = write(source, slices, accepted, snapshot);
      var origin =
          new DatasetManifest.Origin(
              sourceConfig.path(), fingerprint, seed, settings, tally.rejected(), quarantine);
      DatasetManifest manifest = Manifests.of(classes, tally, written, origin);
      snapshot.commit(manifest);
      sweep(snapshot, quarantine, earlier);
      return new PrepareReport(config.path(), false, manifest, tally.reasons(), since(start));
    } catch (Exception e) {
      discard(snapshot);
      throw e;
    } finally {
      checked.unpersist(false);
      if (verdicts != null) {
        verdicts.unpersist(false);
      }
    }
  }

  /** Looks at every row; the result is small and kept. */
  private JavaRDD<Checked> check(Source source, JavaRDD<Iterable<Slice>> slices) {
    describe("read and check %s", sourceConfig.path());
    DatasetConfig settings = config;
    return rows(source, slices)
        .mapPartitionsWithIndex(
            (p, rows) -> (java.util.Iterator<Checked>) new RowCheck(p, rows, settings), true)
        .persist(StorageLevel.MEMORY_AND_DISK_SER());
  }

  /** Gives label, split and id, equal images together. */
  private JavaRDD<Verdict> judge(JavaRDD<Checked> checked, ClassOrder classes, SourceTally found) {
    describe("give labels, splits and ids");
    var judge = new Judge(classes, found.has(Split.VALIDATION) ? 0 : config.validationShare());
    JavaRDD<Verdict> judged =
        checked
            .filter(row -> row.rejection() == null)
            .mapToPair(row -> new Tuple2<>(ContentKey.of(row), row))
            .repartitionAndSortWithinPartitions(new ContentRanges(checked.getNumPartitions()))
            .mapPartitions(judge::judge);
    return checked
        .filter(row -> row.rejection() != null)
        .map(row -> Verdict.rejected(row, row.rejection()))
        .union(judged)
        .persist(StorageLevel.MEMORY_AND_DISK_SER());
  }

  /** Sends every accepted image to its file, in one shuffle. */
  private List<WrittenFile> write(
      Source source,
      JavaRDD<Iterable<Slice>> slices,
      JavaRDD<Verdict> accepted,
      Snapshot snapshot) {
    describe("order the examples");
    DatasetConfig settings = config;
    long orderSeed = seed;
    FileLayout layout =
        FileLayout.of(accepted, seed, (long) config.fileBlocks() * config.blockRows());
    var places =
        accepted
            .mapToPair(
                v ->
                    new Tuple2<>(
                        new SourcePlace(v.partition(), v.index()),
                        new Placement(
                            layout.key(v.split(), RowKey.hash(orderSeed, v.id()), v.id()),
                            v.label())))
            .repartitionAndSortWithinPartitions(new PartitionByNumber(slices.getNumPartitions()));
    describe("shuffle and write %s", config.path());
    return rows(source, slices)
        .zipPartitions(places, (rows, placed) -> new PlacedRows(rows, placed, settings))
        .mapToPair(row -> row)
        .repartitionAndSortWithinPartitions(new PartitionByNumber(layout.files()))
        .mapPartitionsWithIndex(
            (file, rows) ->
                List.of(snapshot.write(layout.name(file), settings.blockRows(), rows)).iterator(),
            true)
        .collect();
  }

  private static JavaRDD<SourceRow> rows(Source source, JavaRDD<Iterable<Slice>> slices) {
    return slices.mapPartitions(pieces -> new ChainedRows(source, pieces.next().iterator()), true);
  }

  private String quarantine(JavaRDD<Verdict> verdicts, Tally tally, Path root, Snapshot snapshot) {
    if (tally.rejected() == 0) {
      return null;
    }
    describe("write quarantine");
    String folder = snapshot.name().replaceFirst("data-", "quarantine-");
    Quarantine.write(
        session,
        verdicts.filter(v -> !v.accepted()).map(Verdict::rejection),
        new Path(root, folder));
    return folder;
  }

  private void requireRows(SourceTally found) {
    if (found.rows() == 0) {
      throw new IllegalArgumentException(
          "Cannot prepare %s: it has no rows".formatted(sourceConfig.path()));
    }
  }

  private void requireUsable(
      Tally tally, SourceTally found, ClassOrder classes, Path root, String quarantine) {
    double share = tally.rejected() / (double) found.rows();
    if (share > config.maxBadShare()) {
      throw new IllegalArgumentException(
          "Cannot prepare %s: %d of %d rows are unusable, %.2f %% (dataset.maxBadShare allows %.2f %%): %s; see %s"
              .formatted(
                  sourceConfig.path(),
                  tally.rejected(),
                  found.rows(),
                  100 * share,
                  100 * config.maxBadShare(),
                  tally.reasons(),
                  new Path(root, quarantine)));
    }
    long rows = tally.rows(Split.TRAIN);
    if (rows == 0) {
      throw new IllegalArgumentException(
          "Cannot prepare %s: it has no rows for training".formatted(sourceConfig.path()));
    }
    List<Long> byClass = tally.byClass(Split.TRAIN);
    int only = byClass.indexOf(rows);
    if (only >= 0) {
      throw new IllegalArgumentException(
          "Cannot prepare %s: all %d training rows have the class %s (must be 2 classes or more)"
              .formatted(sourceConfig.path(), rows, classes.names().get(only)));
    }
  }

  private List<String> givenClasses() throws IOException {
    List<String> listed = sourceConfig.classes() == null ? List.of() : sourceConfig.classes();
    if (sourceConfig.classesFrom() == null) {
      ClassOrder.requireDistinct("source.classes", listed);
      return listed;
    }
    if (!listed.isEmpty()) {
      throw new IllegalArgumentException(
          "Invalid source.classesFrom: %s (must be left out where source.classes is set)"
              .formatted(sourceConfig.classesFrom()));
    }
    return PreparedDataset.open(sourceConfig.classesFrom(), conf).classes();
  }

  /** The set that is there already; a damaged one counts as none, a newer format is refused. */
  private Optional<DatasetManifest> earlier() throws IOException {
    FileSystem fs = root().getFileSystem(conf);
    if (!fs.exists(new Path(root(), DatasetManifest.FILE_NAME))) {
      return Optional.empty();
    }
    try {
      return Optional.of(PreparedDataset.open(config.path(), conf).manifest());
    } catch (NewerFormatException e) {
      throw e;
    } catch (IOException e) {
      LOG.warn("The earlier set is prepared again. {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Keeps the new snapshot, and the one before it for jobs that still read it. */
  private static void sweep(Snapshot snapshot, String quarantine, Optional<DatasetManifest> earlier)
      throws IOException {
    Set<String> kept = new java.util.HashSet<>();
    kept.add(snapshot.name());
    kept.add(String.valueOf(quarantine));
    earlier.ifPresent(manifest -> kept.addAll(Manifests.folders(manifest)));
    snapshot.sweep(kept);
  }

  private static void discard(Snapshot snapshot) {
    try {
      snapshot.discard();
    } catch (IOException e) {
      LOG.warn("Cannot remove the files of a failed run: {}", e.getMessage());
    }
  }

  private Path root() throws IOException {
    Path path = new Path(config.path());
    return path.getFileSystem(conf).makeQualified(path);
  }

  private void describe(String text, Object... values) {
    session.sparkContext().setJobDescription("prepare: " + text.formatted(values));
  }

  private static Duration since(long start) {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static void require(String key, String value) {
    if (value == null || value.isBlank()) {
      throw new IllegalArgumentException("Invalid %s: %s (must be set)".formatted(key, value));
    }
  }
}
