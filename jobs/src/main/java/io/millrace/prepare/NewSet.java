package io.millrace.prepare;

import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.DatasetManifest.Origin;
import io.millrace.dataset.Split;
import io.millrace.settings.Counts;
import io.millrace.source.SourceConfig;
import io.millrace.source.SourceRows;
import io.millrace.store.Lease;
import io.millrace.store.Readers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One data set in the making, pass after pass, until its manifest is committed. Runs on the driver.
 */
final class NewSet {
  private static final Logger LOG = LoggerFactory.getLogger(NewSet.class);

  /** Says of a set that its test split was cut of train. */
  static final String CUT = "testCutOfTrain";

  /** Says of a set how many rows of the files that were read {@code source.where} left out. */
  private static final String PASSED = "rowsLeftOut";

  private final SparkSession session;
  private final JavaSparkContext spark;
  private final SourceConfig sourceConfig;
  private final DatasetConfig config;
  private final long seed;
  private final Increment since;
  private final Pulse pulse;
  private final Path root;

  /**
   * Nothing yet.
   *
   * @param root where the set goes
   */
  NewSet(SparkSession session, PrepareRequest request, Pulse pulse, Path root) {
    this.session = session;
    this.spark = new JavaSparkContext(session.sparkContext());
    this.sourceConfig = request.source();
    this.config = request.dataset();
    this.seed = request.seed();
    this.since = request.since();
    this.pulse = pulse;
    this.root = root;
  }

  /** Rows that the source has and the set has not, in words. */
  static List<String> passedOver(DatasetManifest made) {
    Object rows = made.origin().settings().get(PASSED);
    return rows == null
        ? List.of()
        : List.of(
            Counts.of((long) rows, "row") + " that source.where, or source.splits, leaves out");
  }

  /**
   * Makes the set; whatever ends it before leaves the earlier one, and no files.
   *
   * @param givenClasses names of the classes in their order; empty where the source tells them
   * @param snapshot where its files go
   * @param earlier the set that is there already
   * @param lease held while it is made, and checked before it is committed
   * @throws NothingNewException if a part of a line of sets has nothing that is not known
   * @throws IllegalArgumentException if what the source holds cannot be trained on
   * @throws PrepareStoppedException when somebody asked for the end before it was there
   */
  DatasetManifest make(
      SourceRows source,
      List<String> givenClasses,
      Origin origin,
      Snapshot snapshot,
      Optional<DatasetManifest> earlier,
      Lease lease)
      throws Exception {
    Readers readers = Readers.look(spark.hadoopConfiguration(), root);
    PreparePasses passes = new PreparePasses(spark, source, config, seed, pulse);
    try {
      snapshot.create();
      DatasetManifest manifest = write(passes, source, givenClasses, origin, snapshot);
      pulse.next("commit " + config.path());
      lease.check();
      snapshot.commit(manifest);
      sweep(snapshot, manifest, earlier, readers);
      return manifest;
    } catch (Exception e) {
      Exception reason = pulse.reason(e);
      discard(snapshot, reason instanceof PrepareStoppedException);
      throw reason;
    } catch (FSError e) {
      discard(snapshot, false);
      throw e;
    } finally {
      passes.close();
    }
  }

  private DatasetManifest write(
      PreparePasses passes,
      SourceRows source,
      List<String> givenClasses,
      Origin origin,
      Snapshot snapshot)
      throws IOException {
    pulse.next("read and check " + sourceConfig.place());
    SourceTally found = passes.check();
    if (found.rows() == 0 && found.unreadable().isEmpty() && since.isPart()) {
      throw new NothingNewException(sourceConfig.place());
    }
    Usable usable = new Usable(sourceConfig.place(), sourceConfig.where(), config.maxBadShare());
    usable.requireRows(found);
    long passed = passes.sourceRows() - found.rows();
    if (sourceConfig.where() != null && passed > 0) {
      origin.settings().put(PASSED, passed);
    }
    if (since.heldOutShare() > 0 && !found.has(Split.TEST)) {
      origin.settings().put(CUT, true);
    }
    ClassOrder classes = ClassOrder.resolve(givenClasses, since.grows(), source, found);
    pulse.next("give labels, splits and ids");
    VerdictTally tally = passes.judge(classes, found, since);
    String quarantine = quarantine(passes.rejected(), tally, snapshot);
    Path rejected = quarantine == null ? null : new Path(root, quarantine);
    if (since.isPart()) {
      usable.requireFewBad(tally, found, rejected);
      requireNew(tally);
    } else {
      usable.requireTraining(tally, found, classes, rejected);
    }
    pulse.next("order the examples");
    FileLayout layout = passes.order();
    pulse.next("shuffle and write " + config.path());
    List<WrittenFile> written = passes.write(layout, snapshot);
    return Manifests.of(
        classes,
        tally,
        written,
        origin.with(tally.rejected(), quarantine, tally.reasons(), tally.overlaps()));
  }

  private void requireNew(VerdictTally tally) {
    if (Stream.of(Split.values()).allMatch(split -> tally.rows(split) == 0)) {
      throw new NothingNewException(sourceConfig.place());
    }
  }

  private String quarantine(JavaRDD<Rejection> rejected, VerdictTally tally, Snapshot snapshot) {
    if (tally.rejected() == 0) {
      return null;
    }
    pulse.next("write quarantine");
    Quarantine.write(session, rejected, new Path(root, snapshot.quarantine()));
    return snapshot.quarantine();
  }

  /** Keeps the new set, the one before it, and what somebody reads of older ones. */
  private static void sweep(
      Snapshot snapshot, DatasetManifest made, Optional<DatasetManifest> earlier, Readers readers)
      throws IOException {
    Set<String> kept = new TreeSet<>(made.folders());
    earlier.ifPresent(manifest -> kept.addAll(manifest.folders()));
    kept.addAll(readers.parts());
    snapshot.sweep(kept);
  }

  /** The quarantine stays where it says why it came to this. */
  private static void discard(Snapshot snapshot, boolean withQuarantine) {
    try {
      snapshot.discard(withQuarantine);
    } catch (IOException | FSError e) {
      LOG.warn("Cannot remove the files of a failed run: {}", e.getMessage());
    }
  }
}
