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
        || Standing.hasModel(
            RunFolder.existing(hadoop, new Path(run.config().output(), run.needs().get())), hadoop);
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
    return new PlanLines(this).all();
  }

  /** The same with another standing of its run at an index. */
  SeriesPlan with(int index, Standing now) {
    List<PlannedRun> changed = new ArrayList<>(runs);
    changed.set(index, changed.get(index).standing(now));
    return new SeriesPlan(series, changed, recipes);
  }
}
