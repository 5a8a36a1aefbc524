package io.millrace.nightly;

import io.millrace.config.RunConfig;
import io.millrace.dataset.PreparedDataset;
import io.millrace.dataset.Split;
import io.millrace.formats.WeightFiles;
import io.millrace.line.Champion;
import io.millrace.line.Champions;
import io.millrace.line.Comparison;
import io.millrace.line.LineConfig;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.line.Night.Outcome;
import io.millrace.line.Night.Verdict;
import io.millrace.line.Promotion;
import io.millrace.model.ModelCard;
import io.millrace.model.init.Pretrained;
import io.millrace.prepare.NothingNewException;
import io.millrace.run.Start;
import io.millrace.run.StoppedException;
import io.millrace.run.TrainJob;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.Readers;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays a night of a line: prepares, trains, compares, promotes; or what of that is left. Runs on
 * the driver.
 */
public final class FinetuneJob {
  private static final Logger LOG = LoggerFactory.getLogger(FinetuneJob.class);

  private final SparkSession spark;
  private final Configuration hadoop;
  private final LineFile file;
  private final LocalDate date;
  private final RunConfig config;
  private final Options options;
  private final NightWatcher watcher;
  private final BooleanSupplier stop;
  private final LineFolder line;

  /**
   * How it is played.
   *
   * @param acceptsDrift whether data beyond the bounds of drift is taken
   * @param acceptsOtherCompute whether to go on where workers compute otherwise than those of a
   *     checkpoint
   * @param command the command line, for reports; empty for a program's own night
   */
  public record Options(boolean acceptsDrift, boolean acceptsOtherCompute, String command) {}

  private FinetuneJob(
      SparkSession spark,
      LineFile file,
      LocalDate date,
      Options options,
      NightWatcher watcher,
      BooleanSupplier stop) {
    this.spark = spark;
    this.hadoop = spark.sparkContext().hadoopConfiguration();
    this.file = file;
    this.date = date;
    this.config = file.on(date);
    this.options = options;
    this.watcher = watcher;
    this.stop = stop;
    this.line = LineFolder.open(hadoop, new Path(config.output(), config.name()));
  }

  /**
   * Plays a night; one that is done stays as it is.
   *
   * @param stop asked after each round whether to end here
   * @return what became of it
   * @throws StoppedException when {@code stop} said so; the same night goes on there
   * @throws io.millrace.prepare.PrepareStoppedException the same while data was prepared
   * @throws IllegalArgumentException if the line has come to a later night, or is in use
   * @throws IOException if files cannot be read or written; the champion stays as it was
   */
  public static NightReport run(
      SparkSession spark,
      LineFile file,
      LocalDate date,
      Options options,
      NightWatcher watcher,
      BooleanSupplier stop)
      throws IOException {
    FinetuneJob job = new FinetuneJob(spark, file, date, options, watcher, stop);
    Holder me = Holder.here("finetune", spark.sparkContext().applicationId());
    try (Lease lease = Lease.take(job.hadoop, job.line.folder().root(), me, stop)) {
      return job.play(lease);
    } catch (WaitStoppedException e) {
      throw new StoppedException(e);
    }
  }

  private NightReport play(Lease lease) throws IOException {
    Champions champions = line.champions();
    Optional<Night> there = line.night(date.toString());
    boolean done = there.isPresent() && there.get().isDone(champions);
    if (!done) {
      requireLatest();
    }
    Readers readers = Readers.look(hadoop, new Path(line.nightsPath()));
    Night night = done ? there.get() : toTheEnd(begun(there, champions), lease);
    if (!done) {
      new Retention(line, config.line()).sweep(night.date(), readers);
    }
    HistoryReport history = HistoryReport.of(line, config);
    history.write(options.command());
    return new NightReport(night, done, config.line(), history);
  }

  /** A line remembers what it read: a night in its past would read it again, or miss it. */
  private void requireLatest() throws IOException {
    List<Night> nights = line.nights();
    String last = nights.isEmpty() ? "" : nights.get(nights.size() - 1).date();
    if (last.compareTo(date.toString()) > 0) {
      throw new IllegalArgumentException(
          "Cannot play %s: the line has come to %s already (nights go forward; what this one would have read is read by the next)"
              .formatted(date, last));
    }
    for (Night night : nights) {
      if (!night.date().equals(date.toString()) && night.verdict() == null) {
        LOG.warn(
            "{} was left unfinished ({}); the line goes on without it",
            night.date(),
            night.state());
      }
    }
  }

  /** The night as it is left, or from its beginning where it has to be played again. */
  private Night begun(Optional<Night> there, Champions champions) throws IOException {
    Night night = there.orElse(null);
    if (night != null && night.verdict() == null) {
      watcher.line("%s goes on: %s".formatted(date, night.state()));
      return night;
    }
    if (night != null && night.verdict().outcome() == Outcome.PROMOTED) {
      String rival = rival(champions).map(Rival::sha256).orElse(null);
      return Objects.equals(night.verdict().rival(), rival) ? night : night.with((Verdict) null);
    }
    Night fresh = new Night(date.toString(), now(), start(champions));
    line.write(fresh);
    return fresh;
  }

  private Night.Start start(Champions champions) {
    Optional<Champion> champion = champions.current();
    if (champion.isPresent() && config.line().from() == LineConfig.From.CHAMPION) {
      return new Night.Start(
          line.model(champion.get()), "the champion, of " + champion.get().night());
    }
    return new Night.Start(
        null,
        config
            .init()
            .pretrained()
            .map(base -> "the base, " + base.path())
            .orElse("its own initial weights"));
  }

  private Night toTheEnd(Night begun, Lease lease) throws IOException {
    Night night = begun;
    if (night.verdict() == null && night.data() == null) {
      night = written(prepared(night), lease);
    }
    if (night.verdict() == null) {
      Optional<String> beyond = beyond(night);
      if (beyond.isPresent()) {
        return written(ended(night, Outcome.REFUSED, beyond.get()), lease);
      }
    }
    if (night.verdict() == null && night.trained() == null) {
      night = written(trained(night), lease);
    }
    if (night.verdict() == null) {
      night = written(compared(night), lease);
    }
    if (night.verdict().outcome() == Outcome.PROMOTED) {
      promote(night, lease);
    }
    return night;
  }

  private Night written(Night night, Lease lease) throws IOException {
    lease.check();
    line.write(night);
    return night;
  }

  private Night prepared(Night night) throws IOException {
    try {
      NightData data = NightData.of(line, night.date(), file.preparing(date, line));
      return night.with(data.prepare(spark, watcher, stop));
    } catch (NothingNewException e) {
      return ended(night, Outcome.NOTHING_NEW, e.getMessage());
    }
  }

  private Optional<String> beyond(Night night) {
    boolean counts = night.data().drift() != null && !options.acceptsDrift();
    return counts ? night.data().drift().beyond(config.line().drift()) : Optional.empty();
  }

  private Night trained(Night night) throws IOException {
    long began = System.nanoTime();
    watcher.line("%-14s %s".formatted("trains from", night.start().words()));
    RunConfig run = training(date, night);
    try {
      TrainJob.run(
          spark,
          run,
          new Start.From("auto"),
          stop,
          options.acceptsOtherCompute(),
          options.command());
    } catch (DivergedException e) {
      return ended(night, Outcome.DIVERGED, e.getMessage());
    }
    String sha256 = sha256(LineFolder.file(night.date(), RunFolder.MODEL));
    return night.with(new Night.Trained(sha256, (System.nanoTime() - began) / 1e9));
  }

  /** The run of a night, on the set of the same or another one. */
  private RunConfig training(LocalDate set, Night night) throws IOException {
    return file.training(set, line, night.start(), grows(night));
  }

  private boolean grows(Night night) throws IOException {
    String model = night.start().model();
    Optional<ModelCard> card =
        model == null ? Optional.empty() : WeightFiles.open(hadoop, model).card();
    List<String> classes = PreparedDataset.open(line.setPath(night.date()), hadoop).classes();
    return card.isPresent() && !card.get().classes().containsAll(classes);
  }

  /**
   * The model in the challenger's way.
   *
   * @param model its path
   * @param sha256 of it; of a base that is not the line's own, its path
   */
  private record Rival(String model, String sha256) {}

  /** The champion, or the base if that says which classes it tells apart. */
  private Optional<Rival> rival(Champions champions) throws IOException {
    Optional<Champion> champion = champions.current();
    if (champion.isPresent()) {
      return champion.map(each -> new Rival(line.model(each), each.sha256()));
    }
    Optional<String> base = config.init().pretrained().map(Pretrained::path);
    return base.isPresent() && WeightFiles.open(hadoop, base.get()).card().isPresent()
        ? base.map(path -> new Rival(path, path))
        : Optional.empty();
  }

  private Night compared(Night night) throws IOException {
    Champions champions = line.champions();
    if (champions.current().isPresent()) {
      requireWhole(champions.current().get());
    }
    Optional<Rival> rival = rival(champions);
    List<Comparison> comparisons =
        rival.isPresent() && night.data().heldOut() > 0
            ? comparisons(night, rival.get())
            : List.of();
    Promotion decided =
        rival.isEmpty()
            ? Promotion.first()
            : comparisons.isEmpty()
                ? new Promotion(false, "no image is held out to compare it with the champion on")
                : Promotion.by(comparisons, config.line().margin(), config.line().leastHeldOut());
    return night.with(
        new Verdict(
            decided.promotes() ? Outcome.PROMOTED : Outcome.KEPT,
            decided.why(),
            rival.map(Rival::sha256).orElse(null),
            comparisons,
            now()));
  }

  private List<Comparison> comparisons(Night night, Rival rival) throws IOException {
    String challenger = line.path(night.date(), RunFolder.MODEL);
    Duel duel = new Duel(spark, challenger, rival.model(), watcher);
    RunConfig run = training(date, night);
    List<Comparison> comparisons = new ArrayList<>();
    comparisons.add(duel.tonight(night.date(), run));
    Optional<Night> last = NightData.of(line, night.date(), config).last();
    if (last.isPresent() && holdsOutOthers(night, last.get())) {
      LocalDate before = LocalDate.parse(last.get().date());
      RunConfig there = training(before, night);
      comparisons.add(duel.before(last.get().date(), there));
    }
    return comparisons;
  }

  /** Whether last night's held-out images are there, and not the same as tonight's. */
  private boolean holdsOutOthers(Night night, Night last) throws IOException {
    PreparedDataset before = PreparedDataset.open(line.setPath(last.date()), hadoop);
    PreparedDataset tonight = PreparedDataset.open(line.setPath(night.date()), hadoop);
    return before.rows(Split.TEST) > 0
        && !before.idSum(Split.TEST).equals(tonight.idSum(Split.TEST));
  }

  /** What is compared with is what was promoted. */
  private void requireWhole(Champion champion) throws IOException {
    if (line.folder().size(champion.model()) < 0
        || !sha256(champion.model()).equals(champion.sha256())) {
      throw new IllegalStateException(
          "Cannot compare with the champion: %s is not the file that was promoted (put it back, or roll back)"
              .formatted(line.model(champion)));
    }
  }

  /** The one step that changes the line. */
  private void promote(Night night, Lease lease) throws IOException {
    Champions champions = line.champions();
    if (!champions.promoted(night.date())) {
      lease.check();
      champions
          .with(
              new Champion(
                  night.date(),
                  LineFolder.file(night.date(), RunFolder.MODEL),
                  night.trained().sha256(),
                  now(),
                  Champion.How.PROMOTED,
                  night.verdict().why()))
          .write(line.folder());
    }
  }

  private String sha256(String path) throws IOException {
    try (InputStream in = line.folder().open(path)) {
      return DigestUtils.sha256Hex(in);
    }
  }

  private static Night ended(Night night, Outcome outcome, String why) {
    return night.with(new Verdict(outcome, why, null, List.of(), now()));
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
