package io.millrace.nightly;

import io.millrace.config.RunConfig;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.line.DataFacts;
import io.millrace.line.Drift;
import io.millrace.line.LineConfig;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.prepare.Increment;
import io.millrace.prepare.JoinedSets;
import io.millrace.prepare.KnownExamples;
import io.millrace.prepare.PrepareJob;
import io.millrace.prepare.PrepareReport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/**
 * The data of a night: what is new since those before, and all that it is trained on. Lives on the
 * driver.
 *
 * @param line the line
 * @param date the night's
 * @param earlier nights before it whose data counts, oldest first
 * @param config the night's, which prepares its own data
 */
record NightData(LineFolder line, String date, List<Night> earlier, RunConfig config) {
  /** What a line's nights before a date have left to build on. */
  static NightData of(LineFolder line, String date, RunConfig config) throws IOException {
    List<Night> earlier =
        line.nights().stream()
            .filter(night -> night.date().compareTo(date) < 0 && night.hasData())
            .toList();
    return new NightData(line, date, earlier, config);
  }

  /** The night before, if there was one whose data is not left out. */
  Optional<Night> last() {
    return earlier.stream().filter(this::counts).reduce((before, later) -> later);
  }

  /** Whether all images are there that a night was compared on: retention takes what is old. */
  boolean holdsAllOf(Night night) throws IOException {
    Set<String> nights = line.nightsIn(night.date());
    for (String each : nights) {
      if (!line.hasData(each)) {
        return false;
      }
    }
    return !nights.isEmpty();
  }

  private boolean counts(Night night) {
    return !config.line().without().contains(night.date());
  }

  /** Class names so far; those of a night that is left out stay where they are. */
  private List<String> classes() {
    return earlier.isEmpty() ? List.of() : earlier.get(earlier.size() - 1).data().own().classes();
  }

  /**
   * Prepares, joins and pins.
   *
   * @throws io.millrace.prepare.NothingNewException if the source has nothing new
   */
  Night.Data prepare(SparkSession spark, NightWatcher watcher, BooleanSupplier stop)
      throws IOException {
    Configuration hadoop = spark.sparkContext().hadoopConfiguration();
    PrepareReport report =
        PrepareJob.run(
            spark,
            config.source(),
            config.dataset(),
            config.seed(),
            increment(spark, hadoop),
            watcher,
            stop);
    report.lines().forEach(watcher::line);
    Set<String> marks =
        report.read().files().stream()
            .map(file -> Increment.mark(report.read(), file))
            .collect(Collectors.toSet());
    line.writeRead(date, marks);
    DatasetManifest joined = join(report.manifest(), hadoop);
    line.folder().write(LineFolder.set(date), joined.toJson());
    DataFacts own = DataFacts.of(report.manifest());
    DataFacts all = DataFacts.of(joined);
    return new Night.Data(
        own,
        own.heldOut() > 0 && !PrepareJob.cutsTest(report.manifest()),
        newClasses(own),
        joined.fingerprint(),
        all.train(),
        all.heldOut(),
        last().map(night -> Drift.between(night.data().own(), own)).orElse(null));
  }

  /** Classes that no night before had; all are those of a first night. */
  private List<String> newClasses(DataFacts own) {
    List<String> classes = new ArrayList<>(own.classes());
    classes.removeAll(earlier.isEmpty() ? own.classes() : classes());
    return classes;
  }

  private Increment increment(SparkSession spark, Configuration hadoop) throws IOException {
    boolean fixed = !config.source().classes().isEmpty() || config.source().classesFrom() != null;
    List<String> classes = fixed ? List.of() : classes();
    if (config.line().data() == LineConfig.Data.WHOLE) {
      return new Increment(classes, Set.of(), KnownExamples.NONE, config.line().heldOutShare());
    }
    Set<String> read = new HashSet<>();
    List<PreparedDataset> sets = new ArrayList<>();
    for (Night night : earlier) {
      read.addAll(line.read(night.date()));
      if (line.hasData(night.date())) {
        sets.add(PreparedDataset.open(line.data(night.date()), hadoop));
      }
    }
    boolean ownTest = earlier.stream().anyMatch(night -> night.data().ownTest());
    return new Increment(
        classes, read, KnownExamples.of(spark, sets), ownTest ? 0 : config.line().heldOutShare());
  }

  /**
   * Tonight's data with that of the window, and with all images that are held out by nights whose
   * data stays: a challenger is not to be better on tonight's at the price of the others.
   */
  private DatasetManifest join(DatasetManifest own, Configuration hadoop) throws IOException {
    List<JoinedSets.Part> parts = new ArrayList<>();
    if (config.line().data() == LineConfig.Data.NEW) {
      List<Night> counted = earlier.stream().filter(this::counts).toList();
      int first = counted.size() - (config.line().window() - 1);
      Set<String> staying = new Retention(line, config.line()).kept(date);
      for (int i = 0; i < counted.size(); i++) {
        String night = counted.get(i).date();
        if (line.hasData(night) && (i >= first || staying.contains(night))) {
          parts.add(
              new JoinedSets.Part(
                  LineFolder.dataFolder(night),
                  PreparedDataset.open(line.data(night), hadoop).manifest(),
                  i < first ? EnumSet.of(Split.TEST) : EnumSet.allOf(Split.class)));
        }
      }
    }
    parts.add(new JoinedSets.Part(LineFolder.dataFolder(date), own, EnumSet.allOf(Split.class)));
    return JoinedSets.of(parts);
  }
}
