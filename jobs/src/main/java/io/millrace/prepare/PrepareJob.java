package io.millrace.prepare;

import io.millrace.config.DatasetConfig;
import io.millrace.config.RunConfig;
import io.millrace.config.SourceConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.NewerFormatException;
import io.millrace.dataset.PreparedDataset;
import io.millrace.source.Source;
import io.millrace.source.SourceFiles;
import io.millrace.source.Sources;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
    List<String> givenClasses = ClassOrder.given(sourceConfig, conf);
    Map<String, Object> settings = Fingerprints.settings(sourceConfig, config, givenClasses);
    String fingerprint = Fingerprints.source(files, settings, seed);
    Optional<DatasetManifest> earlier = earlier();
    if (earlier.isPresent() && earlier.get().origin().fingerprint().equals(fingerprint)) {
      return new PrepareReport(config.path(), true, earlier.get(), "", List.of(), since(start));
    }

    Source source = Sources.open(files, sourceConfig, spark);
    PreparePasses passes = new PreparePasses(spark, source, config, seed);
    Path root = root();
    Snapshot snapshot = new Snapshot(root, Fingerprints.snapshotName(fingerprint), conf);
    try {
      snapshot.create();
      describe("read and check %s", sourceConfig.path());
      SourceTally found = passes.check();
      Usable usable = new Usable(sourceConfig.path(), config.maxBadShare());
      usable.requireRows(found);
      ClassOrder classes = ClassOrder.resolve(givenClasses, source, found);
      describe("give labels, splits and ids");
      Tally tally = passes.judge(classes, found);
      String quarantine = quarantine(passes.rejected(), tally, root, snapshot);
      usable.requireTraining(
          tally, found, classes, quarantine == null ? null : new Path(root, quarantine));
      describe("order the examples");
      FileLayout layout = passes.order();
      describe("shuffle and write %s", config.path());
      List<WrittenFile> written = passes.write(layout, snapshot);
      var origin =
          new DatasetManifest.Origin(
              sourceConfig.path(), fingerprint, seed, settings, tally.rejected(), quarantine);
      DatasetManifest manifest = Manifests.of(classes, tally, written, origin);
      snapshot.commit(manifest);
      sweep(snapshot, quarantine, earlier);
      return new PrepareReport(
          config.path(), false, manifest, tally.reasons(), source.leftOut(), since(start));
    } catch (Exception e) {
      discard(snapshot);
      throw e;
    } finally {
      passes.close();
    }
  }

  private String quarantine(
      JavaRDD<Rejection> rejected, Tally tally, Path root, Snapshot snapshot) {
    if (tally.rejected() == 0) {
      return null;
    }
    describe("write quarantine");
    String folder = snapshot.name().replaceFirst("data-", "quarantine-");
    Quarantine.write(session, rejected, new Path(root, folder));
    return folder;
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
