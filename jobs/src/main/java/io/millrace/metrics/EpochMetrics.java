package io.millrace.metrics;

import io.millrace.epoch.FeedReport;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.recipe.Metric;
import io.millrace.state.Tally;
import io.millrace.training.RoundReport;
import io.millrace.wire.Measures;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * One line of metrics.jsonl: what an epoch did and what it cost. Figures have the names and the
 * order of the line's keys, where {@code seconds.read} is key {@code read} in the object {@code
 * seconds}; what was not measured is not a number, and null there. Whatever a round's {@link
 * Measures} hold that no figure is made of comes last, in the object {@code measures}.
 *
 * @param epoch from 1
 * @param endedAt when it and its validation ended, UTC in ISO 8601
 * @param figures by name; whole numbers are {@code Long}, all others {@code Double}
 */
public record EpochMetrics(int epoch, String endedAt, Map<String, Number> figures) {
  /** Where the time of rounds went; of the first six the sum over the workers. */
  private static final List<String> TIMES =
      List.of(
          FeedReport.READ,
          FeedReport.DECODE,
          FeedReport.AUGMENT,
          FeedReport.WAITING,
          RoundReport.COMPUTE,
          RoundReport.SERIALISE,
          RoundReport.SCHEDULE,
          RoundReport.AGGREGATE,
          RoundReport.BROADCAST);

  private static final String STAGE = "stage";

  /** Measures that figures are made of, beside the times. */
  private static final Set<String> USED =
      Set.of(
          RoundReport.LOSS,
          RoundReport.WALL,
          RoundReport.TASK,
          RoundReport.DIAGNOSTICS,
          EpochTally.START_UP,
          FeedReport.BYTES_READ);

  /** Copies the figures, in their order. */
  public EpochMetrics {
    figures = Collections.unmodifiableMap(new LinkedHashMap<>(figures));
  }

  /**
   * What an epoch came to.
   *
   * @param tally all of its rounds; images/s leaves out those of a start, where there are others
   * @param wall time of training it, in all stretches of the run
   * @throws IllegalStateException if the rounds did not train every example of the set exactly once
   */
  public static EpochMetrics of(
      int epoch,
      Tally tally,
      TrainedSet set,
      Duration wall,
      Instant ended,
      Optional<EvaluationReport> validation,
      Map<String, EvaluationReport> shadows) {
    Measures measures = tally.measures();
    double wallSeconds = wall.toNanos() / 1e9;
    Map<String, Number> figures = new LinkedHashMap<>();
    figures.put("updates", tally.update());
    figures.put("rounds", (long) tally.rounds());
    figures.put("examples_seen", tally.examples());
    figures.put("examples_distinct", set.distinct(epoch, tally));
    figures.put("examples_in_set", set.examples());
    figures.put("train_loss", measures.value(RoundReport.LOSS));
    figures.put("val_loss", validation.map(EvaluationReport::loss).orElse(Double.NaN));
    figures.put("val_top1", validation.map(EvaluationReport::top1).orElse(Double.NaN));
    figures.put("val_top5", validation.map(EvaluationReport::top5).orElse(Double.NaN));
    new TreeMap<>(shadows).forEach((name, report) -> shadow("shadows." + name, report, figures));
    figures.put("learning_rate_first", tally.firstRate());
    figures.put("learning_rate_last", tally.lastRate());
    figures.put("images_per_second", imagesPerSecond(tally, wallSeconds));
    figures.put("wall_seconds", wallSeconds);
    figures.put("validation_seconds", validation.map(EvaluationReport::wallSeconds).orElse(0.0));
    TIMES.forEach(time -> figures.put("seconds." + time, measures.sum(time) / 1e9));
    if (measures.names().contains(RoundReport.DIAGNOSTICS)) {
      figures.put("seconds.diagnostics", measures.sum(RoundReport.DIAGNOSTICS) / 1e9);
    }
    figures.put("wait_share", waitShare(measures));
    figures.put("bytes_read", (long) measures.sum(FeedReport.BYTES_READ));
    figures.put("bytes_in_set", set.bytes());
    for (String name : measures.names()) {
      if (!TIMES.contains(name) && !USED.contains(name)) {
        figures.put("measures." + name, measures.value(name));
      }
    }
    return new EpochMetrics(epoch, ended.truncatedTo(ChronoUnit.SECONDS).toString(), figures);
  }

  /** The same in a stage, counted from 1; 0 for a run without stages. */
  public EpochMetrics in(int stage) {
    if (stage == 0) {
      return this;
    }
    Map<String, Number> all = new LinkedHashMap<>();
    all.put(STAGE, (long) stage);
    all.putAll(figures);
    return new EpochMetrics(epoch, endedAt, all);
  }

  /** The stage that trained, from 1; 0 in a run without stages. */
  public int stage() {
    return (int) count(STAGE);
  }

  private static void shadow(String name, EvaluationReport report, Map<String, Number> figures) {
    figures.put(name + "_loss", report.loss());
    figures.put(name + "_top1", report.top1());
    figures.put(name + "_top5", report.top5());
  }

  private static double imagesPerSecond(Tally tally, double seconds) {
    Measures measures = tally.measures();
    double startingUp = measures.weight(EpochTally.START_UP);
    if (startingUp == 0 || startingUp == tally.examples()) {
      return tally.examples() / seconds;
    }
    return (tally.examples() - startingUp)
        * 1e9
        / (measures.sum(RoundReport.WALL) - measures.sum(EpochTally.START_UP));
  }

  /** Share of the replicas' time that they waited for data: waiting / (waiting + compute). */
  private static double waitShare(Measures measures) {
    double waiting = measures.sum(FeedReport.WAITING);
    return waiting == 0 ? 0 : waiting / (waiting + measures.sum(RoundReport.COMPUTE));
  }

  /** What a run may be steered by, by the names of {@link Metric}. */
  public Map<String, Double> steering() {
    Map<String, Double> measured = new HashMap<>();
    for (Metric metric : Metric.values()) {
      double value = figure(metric.key());
      if (!Double.isNaN(value)) {
        measured.put(metric.key(), value);
      }
    }
    return measured;
  }

  /** A figure by its name; not a number where it was not measured. */
  public double figure(String name) {
    Number figure = figures.get(name);
    return figure == null ? Double.NaN : figure.doubleValue();
  }

  private long count(String name) {
    Number figure = figures.get(name);
    return figure == null ? 0 : figure.longValue();
  }

  /** Updates since the start of training, at the end of this epoch. */
  public long updates() {
    return count("updates");
  }

  /** Examples in the accepted results of tasks. */
  public long examplesSeen() {
    return count("examples_seen");
  }

  /** Distinct examples among them, checked by the hash of their ids. */
  public long examplesDistinct() {
    return count("examples_distinct");
  }

  /** Examples in the training split. */
  public long examplesInSet() {
    return count("examples_in_set");
  }

  /** Example-weighted mean of the loss on the training targets, without L2. */
  public double trainLoss() {
    return figure("train_loss");
  }

  /** Mean cross entropy on hard labels. */
  public double valLoss() {
    return figure("val_loss");
  }

  /** Share of validation examples whose class came first. */
  public double valTop1() {
    return figure("val_top1");
  }

  /** Share of validation examples whose class was among the first min(5, K). */
  public double valTop5() {
    return figure("val_top5");
  }

  /**
   * Examples trained / wall seconds, both without the first round after a start, which loads
   * libraries and builds replicas.
   */
  public double imagesPerSecond() {
    return figure("images_per_second");
  }

  /** Time of training the epoch, without validation. */
  public double wallSeconds() {
    return figure("wall_seconds");
  }
}
