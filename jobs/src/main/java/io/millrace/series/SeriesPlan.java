package io.millrace.series;

import io.millrace.checkpoint.Fingerprints;
import io.millrace.config.ConfigException;
import io.millrace.config.RunConfig;
import io.millrace.metrics.Figures;
import io.millrace.run.TrainingSetup;
import io.millrace.settings.Counts;
import io.millrace.store.RunFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;

/**
 * What a series will do: each of its runs planned as {@code plan} does, how it stands, and what is
 * left. Lives on the driver.
 *
 * @param series the series
 * @param runs all runs in their order
 * @param recipes what each change comes to, in words, by its name
 */
public record SeriesPlan(Series series, List<PlannedRun> runs, Map<String, String> recipes) {
  /** Copies the list. */
  public SeriesPlan {
    runs = List.copyOf(runs);
  }

  /**
   * Plans every run.
   *
   * @throws ConfigException with every change that cannot be trained
   * @throws IOException if a data set or a run's folder cannot be read
   */
  public static SeriesPlan of(Series series, Configuration hadoop, SparkConf spark)
      throws IOException {
    List<PlannedRun> runs = new ArrayList<>();
    Map<String, String> recipes = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    for (SeriesRun run : series.runs().toList()) {
      try {
        TrainingSetup setup = setup(run, hadoop);
        setup.plan().check(spark);
        recipes.putIfAbsent(run.change(), words(setup));
        Standing standing = Standing.of(run.config(), setup.fingerprints(), hadoop);
        runs.add(new PlannedRun(run, standing, setup.shape().rows()));
      } catch (IllegalArgumentException e) {
        problems.add("%s (in change %s)".formatted(e.getMessage(), run.change()));
      }
    }
    if (!problems.isEmpty()) {
      throw new ConfigException(problems.stream().distinct().toList());
    }
    return new SeriesPlan(series, runs, recipes);
  }

  /** The setup of a run; of one whose teacher another run of the series makes, without it. */
  private static TrainingSetup setup(SeriesRun run, Configuration hadoop) throws IOException {
    return TrainingSetup.of(isMade(run, hadoop) ? run.config() : run.alone(), hadoop);
  }

  /** Whether what a run needs of another one is there. */
  private static boolean isMade(SeriesRun run, Configuration hadoop) throws IOException {
    return run.needs().isEmpty()
        || RunFolder.existing(hadoop, new Path(run.config().output(), run.needs().get()))
                .size(RunFolder.MODEL)
            >= 0;
  }

  /**
   * Looks again how a run stands, now that what it needs is there.
   *
   * @throws IllegalArgumentException for a config that cannot be trained
   */
  static Standing standing(SeriesRun run, Configuration hadoop) throws IOException {
    Fingerprints prints = setup(run, hadoop).fingerprints();
    return Standing.of(run.config(), prints, hadoop);
  }

  private static String words(TrainingSetup setup) {
    RunConfig config = setup.config();
    return Figures.format(
        "%s, global batch %,d, %,d updates, peak rate %s",
        Counts.of(config.training().epochs(), "epoch"),
        setup.shape().globalBatch(),
        setup.rate().course().updates(),
        Figures.number(setup.rate().course().peak()));
  }

  /**
   * Refuses to run over other runs.
   *
   * @throws ConfigException with a line for each folder that holds another run
   */
  public void requireUnchanged() {
    List<String> problems =
        runs.stream()
            .filter(each -> each.standing().state() == Standing.State.CHANGED)
            .map(each -> changed(each.run(), each.standing()))
            .toList();
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }

  static String changed(SeriesRun run, Standing standing) {
    return "Cannot run %s: %s/%s holds a run with %s (set that back, give the change another name, or --overwrite runs it anew)"
        .formatted(run.name(), run.config().output(), run.name(), standing.words());
  }

  /** The plan in lines for the terminal; the last one is for programs. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        "%-14s %s: %s, %s, in %s"
            .formatted(
                "series",
                series.name(),
                Counts.of(series.rows().size(), "change"),
                Counts.of(runs.size(), "run"),
                series.folder()));
    TimeLeft time = new TimeLeft(runs);
    int width = runs.stream().mapToInt(each -> each.run().name().length()).max().orElse(0);
    String change = "";
    for (int i = 0; i < runs.size(); i++) {
      PlannedRun run = runs.get(i);
      if (!run.run().change().equals(change)) {
        change = run.run().change();
        lines.add("%-14s %s".formatted("change", words(change)));
      }
      String line = "  %-" + width + "s  %-9s  %s";
      lines.add(
          line.formatted(
                  run.run().name(), run.standing().state().words(), words(run, time.seconds(i)))
              .stripTrailing());
    }
    long left = runs.stream().filter(each -> each.standing().isLeft()).count();
    lines.add("%-14s %s%s".formatted("left", Counts.of(left, "run"), about(", ", time.seconds())));
    lines.add(last());
    return lines;
  }

  /** What each change sets and comes to, a line each. */
  List<String> changes() {
    return series.rows().stream().map(row -> words(row.name())).toList();
  }

  /** The same with another standing of its run at an index. */
  SeriesPlan with(int index, Standing now) {
    List<PlannedRun> changed = new ArrayList<>(runs);
    changed.set(index, changed.get(index).standing(now));
    return new SeriesPlan(series, changed, recipes);
  }

  /** The row's name, what it is made in, what it sets and what that comes to. */
  private String words(String change) {
    Series.Row row =
        series.rows().stream().filter(each -> each.name().equals(change)).findFirst().orElseThrow();
    String sets =
        row.sets().entrySet().stream()
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" "));
    return "%s: %s%s".formatted(change, sets.isEmpty() ? "" : sets + "; ", recipes.get(change));
  }

  private static String words(PlannedRun run, double seconds) {
    Standing standing = run.standing();
    String epochs =
        "epoch %d of %d"
            .formatted(standing.epochs().size(), run.run().config().training().epochs());
    return switch (standing.state()) {
      case NEW -> about("", seconds) + run.run().needs().map(" after "::concat).orElse("");
      case BEGUN -> "after " + epochs + about(", ", seconds);
      case DONE ->
          "top-1 %s, %s"
              .formatted(
                  Figures.percent(run.last(each -> each.valTop1())),
                  Figures.duration(run.seconds()));
      case DIVERGED -> "after " + epochs + ": " + standing.words();
      case FAILED -> "after " + epochs + ": " + standing.words() + about("; again, ", seconds);
      case CHANGED -> "it was trained with " + standing.words() + about("; anew, ", seconds);
    };
  }

  static String about(String before, double seconds) {
    return Double.isFinite(seconds) ? before + "about " + Figures.duration(seconds) : "";
  }

  private String last() {
    long done = runs.stream().filter(PlannedRun::isDone).count();
    long failed = runs.stream().filter(each -> each.standing().endedEarly()).count();
    long left = runs.stream().filter(each -> each.standing().isLeft()).count();
    double seconds = new TimeLeft(runs).seconds();
    return "runs=%d done=%d failed=%d left=%d%s"
        .formatted(
            runs.size(),
            done,
            failed,
            left,
            Double.isFinite(seconds) ? " seconds=" + Math.round(seconds) : "");
  }
}
