package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.Origin;
import io.millrace.dataset.NewerFormatException;
import io.millrace.dataset.PreparedDataset;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceFiles;
import io.millrace.source.SourceRows;
import io.millrace.source.Sources;
import io.millrace.source.TableRows;
import io.millrace.source.Tables;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.Redaction;
import io.millrace.store.WaitStoppedException;
import io.millrace.store.WrongInputException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
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
  private final PrepareRequest request;
  private final SourceConfig sourceConfig;
  private final DatasetConfig config;
  private final Increment since;
  private final Pulse pulse;

  private PrepareJob(SparkSession session, PrepareRequest request, Pulse pulse) {
    this.session = session;
    this.spark = new JavaSparkContext(session.sparkContext());
    this.conf = spark.hadoopConfiguration();
    this.request = request;
    this.sourceConfig = request.source();
    this.config = request.dataset();
    this.since = request.since();
    this.pulse = pulse;
  }

  /**
   * Prepares a data set, or says that it is up to date.
   *
   * @param source where the images are
   * @param dataset where the set goes, and how it is made
   * @param seed of the order of the examples
   * @param listener is told how far it is
   * @param stop asked a few times a second whether to end here
   * @throws IllegalArgumentException if source or config cannot be used
   * @throws IOException if files cannot be read or written; an earlier set stays as it was
   * @throws PrepareStoppedException when {@code stop} said so before the set was there
   */
  public static PrepareReport run(
      SparkSession spark,
      SourceConfig source,
      DatasetConfig dataset,
      long seed,
      PrepareListener listener,
      BooleanSupplier stop)
      throws IOException {
    return run(spark, source, dataset, seed, Increment.WHOLE, listener, stop);
  }

  /**
   * The same of what is new since other sets were prepared.
   *
   * @param since what was prepared before
   * @throws NothingNewException if there is nothing; no set is made then
   */
  public static PrepareReport run(
      SparkSession spark,
      SourceConfig source,
      DatasetConfig dataset,
      long seed,
      Increment since,
      PrepareListener listener,
      BooleanSupplier stop)
      throws IOException {
    require("source.path", source.given() ? source.place() : null);
    require("source.label", source.label());
    require("dataset.path", dataset.path());
    try (var pulse = new Pulse(spark.sparkContext(), listener, stop, dataset.path())) {
      var request = new PrepareRequest(source, dataset, seed, since);
      return endedBy(pulse, new PrepareJob(spark, request, pulse));
    } catch (WaitStoppedException e) {
      throw new PrepareStoppedException(dataset.path());
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception | FSError e) {
      throw Failures.inOneLine("prepare " + source.place(), e);
    }
  }

  /** A stop that was asked for ends jobs wherever they are, the first look at the source too. */
  private static PrepareReport endedBy(Pulse pulse, PrepareJob job) throws Exception {
    try {
      return job.execute();
    } catch (WaitStoppedException | PrepareStoppedException e) {
      throw e;
    } catch (Exception e) {
      throw pulse.reason(e);
    }
  }

  private PrepareReport execute() throws Exception {
    long start = System.nanoTime();
    for (String path : sourceConfig.path()) {
      Apart.require(path, config.path(), conf);
    }
    pulse.next("look at " + sourceConfig.place());
    Optional<TableRows> table = Tables.open(session, sourceConfig);
    OwnSets own =
        table.isPresent()
            ? new OwnSets(table.get().files(), List.of())
            : OwnSets.apartFrom(SourceFiles.list(sourceConfig, conf), sourceConfig.place(), conf);
    SourceFiles files = since.unread(own.source());
    if (files.files().isEmpty() && since.isPart()) {
      throw new NothingNewException(sourceConfig.place());
    }
    List<String> givenClasses =
        since.grows() ? since.classes() : ClassOrder.given(sourceConfig, conf);
    Map<String, Object> settings = SetFingerprint.settings(sourceConfig, config, givenClasses);
    settings.putAll(since.settings());
    table.ifPresent(rows -> settings.put(DatasetManifest.SNAPSHOT, rows.words()));
    String fingerprint = SetFingerprint.source(files, settings, request.seed());
    Optional<DatasetManifest> earlier = earlier(false);
    if (!isOf(earlier, fingerprint)) {
      pulse.next("open " + sourceConfig.place());
      SourceRows source =
          table.isPresent()
              ? table.get()
              : FileRows.of(Sources.open(files, sourceConfig, spark), spark);
      var snapshot = new Snapshot(root(), SetFingerprint.snapshotName(fingerprint), conf);
      snapshot.createRoot();
      String application = spark.sc().applicationId();
      try (Lease lease = Lease.take(conf, root(), Holder.here("prepare", application), pulse)) {
        earlier = earlier(true); // another one may have made the set meanwhile
        if (!isOf(earlier, fingerprint)) {
          String place = Redaction.of(sourceConfig.place());
          var origin = new Origin(place, fingerprint, request.seed(), settings);
          DatasetManifest made =
              new NewSet(session, request, pulse, root())
                  .make(source, givenClasses, origin, snapshot, earlier, lease);
          List<String> leftOut = new ArrayList<>(own.leftOut());
          leftOut.addAll(source.leftOut());
          leftOut.addAll(NewSet.passedOver(made));
          return new PrepareReport(config.path(), false, made, leftOut, since(start), files);
        }
      }
    }
    return new PrepareReport(
        config.path(), true, earlier.orElseThrow(), own.leftOut(), since(start), files);
  }

  /** Whether a set's test split was cut of train, as its increment said. */
  public static boolean cutsTest(DatasetManifest set) {
    return Boolean.TRUE.equals(set.origin().settings().get(NewSet.CUT));
  }

  private static boolean isOf(Optional<DatasetManifest> set, String fingerprint) {
    return set.filter(manifest -> manifest.origin().fingerprint().equals(fingerprint)).isPresent();
  }

  /**
   * The set that is there already; a damaged one counts as none.
   *
   * @throws IOException if it is of a newer format, or cannot be told from a damaged one
   */
  private Optional<DatasetManifest> earlier(boolean said) throws IOException {
    FileSystem fs = root().getFileSystem(conf);
    if (!fs.exists(new Path(root(), DatasetManifest.FILE_NAME))) {
      return Optional.empty();
    }
    try {
      return Optional.of(PreparedDataset.open(config.path(), conf).manifest());
    } catch (NewerFormatException e) {
      throw e;
    } catch (WrongInputException e) {
      if (said) {
        LOG.warn("The earlier set is prepared again. {}", e.getMessage());
      }
      return Optional.empty();
    }
  }

  private Path root() throws IOException {
    Path path = new Path(config.path());
    return path.getFileSystem(conf).makeQualified(path);
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
