package io.millrace.metrics;

import io.millrace.epoch.FeedReport;
import io.millrace.evaluate.EvaluationReport;
import io.millrace.recipe.Metric;
import io.millrace.training.RoundReport;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One line of metrics.jsonl: what an epoch did and what it cost. Its keys there are the names here
 * in snake case; what was not measured is NaN here and null there.
 *
 * @param epoch from 1
 * @param endedAt when it and its validation ended, UTC in ISO 8601
 * @param updates updates since the start of training, at the end of this epoch
 * @param rounds rounds of this epoch
 * @param examplesSeen examples in the accepted results of tasks
 * @param examplesDistinct distinct examples among them, checked by the hash of their ids
 * @param examplesInSet examples in the training split
 * @param trainLoss example-weighted mean of the loss on the training targets, without L2
 * @param valLoss mean cross entropy on hard labels
 * @param valTop1 share of validation examples whose class came first
 * @param valTop5 share of validation examples whose class was among the first min(5, K)
 * @param shadows the same of the shadows' weights, as {@code ema_loss}, {@code ema_top1}
 * @param learningRateFirst rate of the epoch's first update
 * @param learningRateLast rate of its last
 * @param imagesPerSecond examples trained / wall seconds, both without the first round after a
 *     start, which loads libraries and builds replicas
 * @param wallSeconds time of training the epoch, without validation
 * @param validationSeconds time of validation
 * @param seconds where the time went
 * @param waitShare share of the replicas' time that they waited for data
 * @param bytesRead bytes read from storage
 * @param bytesInSet bytes of the training blocks
 */
public record EpochMetrics(
    int epoch,
    String endedAt,
    long updates,
    int rounds,
    long examplesSeen,
    long examplesDistinct,
    long examplesInSet,
    double trainLoss,
    double valLoss,
    double valTop1,
    double valTop5,
    Map<String, Double> shadows,
    double learningRateFirst,
    double learningRateLast,
    double imagesPerSecond,
    double wallSeconds,
    double validationSeconds,
    TimeSplit seconds,
    double waitShare,
    long bytesRead,
    long bytesInSet) {
  /** Lines of before have no shadows. */
  public EpochMetrics {
    shadows = shadows == null ? Map.of() : new TreeMap<>(shadows);
  }

  private static Map<String, Double> named(Map<String, EvaluationReport> shadows) {
    Map<String, Double> named = new TreeMap<>();
    shadows.forEach(
        (name, report) -> {
          named.put(name + "_loss", report.loss());
          named.put(name + "_top1", report.top1());
          named.put(name + "_top5", report.top5());
        });
    return named;
  }

  /** What a run may be steered by, by the names of {@link io.millrace.recipe.Metric}. */
  public Map<String, Double> steering() {
    Map<String, Double> measured = new HashMap<>();
    measured.put(Metric.TRAIN_LOSS.key(), trainLoss);
    measured.put(Metric.VAL_LOSS.key(), valLoss);
    measured.put(Metric.VAL_TOP1.key(), valTop1);
    measured.put(Metric.VAL_TOP5.key(), valTop5);
    measured.values().removeIf(each -> each.isNaN());
    return measured;
  }

  /**
   * Adds up the rounds of an epoch.
   *
   * @param startUp rounds at its head that images/s does not count; it counts all of them where
   *     there are no others
   * @throws IllegalStateException if the rounds did not train every example of the set exactly once
   */
  public static EpochMetrics of(
      int epoch,
      List<RoundReport> rounds,
      int startUp,
      TrainedSet set,
      Duration wall,
      Instant ended,
      Optional<EvaluationReport> validation,
      Map<String, EvaluationReport> shadows) {
    FeedReport fed = fed(rounds);
    TimeSplit seconds = TimeSplit.of(rounds);
    RoundReport last = rounds.get(rounds.size() - 1);
    long updates = last.firstUpdate() + last.updates();
    double wallSeconds = wall.toNanos() / 1e9;
    return new EpochMetrics(
        epoch,
        ended.truncatedTo(ChronoUnit.SECONDS).toString(),
        updates,
        rounds.size(),
        fed.examples(),
        set.distinct(epoch, fed),
        set.examples(),
        rounds.stream().mapToDouble(RoundReport::lossSum).sum() / fed.examples(),
        validation.map(EvaluationReport::loss).orElse(Double.NaN),
        validation.map(EvaluationReport::top1).orElse(Double.NaN),
        validation.map(EvaluationReport::top5).orElse(Double.NaN),
        named(shadows),
        rounds.get(0).firstRate(),
        last.lastRate(),
        startUp == 0 || startUp == rounds.size()
            ? fed.examples() / wallSeconds
            : imagesPerSecond(rounds.subList(startUp, rounds.size())),
        wallSeconds,
        validation.map(EvaluationReport::wallSeconds).orElse(0.0),
        seconds,
        seconds.waitShare(),
        fed.bytesRead(),
        set.bytes());
  }

  private static double imagesPerSecond(List<RoundReport> rounds) {
    return fed(rounds).examples() * 1e9 / rounds.stream().mapToLong(RoundReport::wallNanos).sum();
  }

  private static FeedReport fed(List<RoundReport> rounds) {
    return FeedReport.sum(rounds.stream().map(RoundReport::feed).toList());
  }
}
