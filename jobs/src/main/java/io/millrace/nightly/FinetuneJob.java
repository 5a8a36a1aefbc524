package io.millrace.nightly;

import static java.util.Comparator.naturalOrder;

import io.millrace.config.RunConfig;
import io.millrace.line.Champion;
import io.millrace.line.Champions;
import io.millrace.line.LineConfig;
import io.millrace.line.LineFolder;
import io.millrace.line.Night;
import io.millrace.line.Night.Outcome;
import io.millrace.line.Night.Verdict;
import io.millrace.prepare.NothingNewException;
import io.millrace.run.Start;
import io.millrace.run.StoppedException;
import io.millrace.run.TrainJob;
import io.millrace.store.Holder;
import io.millrace.store.Lease;
import io.millrace.store.Readers;
import io.millrace.store.RunFolder;
import io.millrace.store.WaitStoppedException;
import io.millrace.store.WrongInputException;
import io.millrace.training.DivergedException;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
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
  private final NightRuns runs;

  /**
   * How it is played.
   *
   * @param overwrite whether what is there of the night is thrown away first
   * @param acceptsDrift whether data beyond the bounds of drift is taken
   * @param acceptsOtherCompute whether to go on where workers compute otherwise than those of a
   *     checkpoint
   * @param command the command line, for reports; empty for a program's own night
   */
  public record Options(
      boolean overwrite, boolean acceptsDrift, boolean acceptsOtherCompute, String command) {}

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
    this.runs = new NightRuns(line, file, hadoop);
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
    if (options.overwrite()) {
      clear(champions, lease);
    }
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

  /** Takes away what is there of the night, whose model nobody may have in production. */
  private void clear(Champions champions, Lease lease) throws IOException {
    if (champions.promoted(date.toString())) {
      throw new IllegalArgumentException(
          "Cannot overwrite %s: its model was promoted (roll back, and play the next night)"
              .formatted(date));
    }
    requireLatest();
    lease.check();
    line.clear(date.toString());
  }

  /** A line remembers what it read: a night in its past would read it again, or miss it. */
  private void requireLatest() throws IOException {
    List<Night> nights = line.nights();
    String last =
        nights.stream().filter(Night::hasData).map(Night::date).max(naturalOrder()).orElse("");
    if (last.compareTo(date.toString()) > 0) {
      throw new IllegalArgumentException(
          isToCome(last, LocalDate.now())
              ? closed(date, last)
              : "Cannot play %s: the line has come to %s already (nights go forward; %s)"
                  .formatted(
                      date,
                      last,
                      file.readsTheSameEachNight(date)
                          ? "what this one would have read is read by the next"
                          : "--set source.path=... gives the next what this one would have read"));
    }
    if (isToCome(date.toString(), LocalDate.now())) {
      LOG.warn(
          "{} is a date to come: once this night has data, no night before it can be played", date);
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

  /**
   * Whether a night is later than tomorrow, which it may be already where the clock is another's.
   */
  static boolean isToCome(String night, LocalDate today) {
    return LocalDate.parse(night).isAfter(today.plusDays(1));
  }

  /** What closes a line, and how nights go on without it. */
  static String closed(LocalDate date, String last) {
    return "Cannot play %s: the line has come to %s already, a date to come (was it mistyped? A new line begins from this one's champion by --set name=... --set init.from=CHAMPION, which history names)"
        .formatted(date, last);
  }

  /** The night as it is left, or from its beginning where it has to be played again. */
  private Night begun(Optional<Night> there, Champions champions) throws IOException {
    Night night = there.orElse(null);
    if (night != null && night.verdict() == null) {
      watcher.line("%s goes on: %s".formatted(date, night.state()));
      return night;
    }
    if (night != null && night.verdict().outcome() == Outcome.PROMOTED) {
      String rival = contest().rival(champions).map(Contest.Rival::sha256).orElse(null);
      return Objects.equals(night.verdict().rival(), rival) ? night : night.with((Verdict) null);
    }
    if (night != null && night.verdict().outcome() == Outcome.DIVERGED) {
      line.clearRun(night.date()); // with another config it may go well
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
      night = written(night.with(contest().verdict(night)), lease);
    }
    if (night.verdict().outcome() == Outcome.PROMOTED) {
      lease.check();
      line.promote(night, now());
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
    } catch (IllegalArgumentException | WrongInputException e) {
      if (!line.hasPartOfData(night.date())) {
        line.clear(night.date()); // an input that is none leaves no night that was begun
      }
      throw e;
    }
  }

  private Optional<String> beyond(Night night) {
    boolean counts = night.data().drift() != null && !options.acceptsDrift();
    return counts ? night.data().drift().beyond(config.line().drift()) : Optional.empty();
  }

  private Night trained(Night night) throws IOException {
    long began = System.nanoTime();
    watcher.line("%-14s %s".formatted("trains from", night.start().words()));
    RunConfig run = runs.of(date, night);
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
    String sha256 = line.sha256(LineFolder.file(night.date(), RunFolder.MODEL));
    return night.with(new Night.Trained(sha256, (System.nanoTime() - began) / 1e9));
  }

  private Contest contest() {
    return new Contest(spark, line, runs, config, watcher);
  }

  private static Night ended(Night night, Outcome outcome, String why) {
    return night.with(new Verdict(outcome, why, null, List.of(), null, now()));
  }

  static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
