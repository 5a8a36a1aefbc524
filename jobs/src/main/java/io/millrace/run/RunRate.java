package io.millrace.run;

import io.millrace.config.Choices;
import io.millrace.config.ConfigWriter;
import io.millrace.config.RunConfig;
import io.millrace.epoch.EpochShape;
import io.millrace.evaluate.EvaluationConfig.Keep;
import io.millrace.recipe.EarlyStopping;
import io.millrace.recipe.Feedback;
import io.millrace.recipe.Metric;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Shadow;
import java.util.List;

/** The learning rate of a run, with all that has a say in it. */
final class RunRate {
  private static final int TOP = 5;

  private RunRate() {}

  /**
   * Resolves the rate.
   *
   * @param validated examples that each epoch is validated on
   * @throws IllegalArgumentException for what does not go together
   */
  static ResolvedRate of(RunConfig config, EpochShape shape, long validated) {
    ResolvedRate rate =
        held(
            ResolvedRate.of(
                config.learningRate(),
                shape.globalBatch(),
                shape.updates(),
                config.training().epochs()),
            config.averaging().shadows());
    config.averaging().every().check(rate);
    checkMetric(rate, validated);
    checkEarlyStopping(config.earlyStopping(), validated);
    Recipe.of(config.optimizer(), rate); // which refuses what does not go together
    return rate;
  }

  /** A schedule that follows a metric needs it to be measured. */
  private static void checkMetric(ResolvedRate rate, long validated) {
    rate.schedule()
        .feedback(rate.course())
        .map(Feedback::metric)
        .filter(metric -> metric.isOfValidation() && validated == 0)
        .ifPresent(
            metric -> {
              throw new IllegalArgumentException(
                  "Invalid learningRate.metric: %s (must be train-loss where the set has nothing to validate on)"
                      .formatted(metric.key().replace('_', '-')));
            });
  }

  private static void checkEarlyStopping(EarlyStopping early, long validated) {
    if (early.patience() > 0 && early.metric().isOfValidation() && validated == 0) {
      throw new IllegalArgumentException(
          "Invalid earlyStopping.metric: %s (must be train-loss where the set has nothing to validate on)"
              .formatted(early.metric().key().replace('_', '-')));
    }
  }

  /**
   * Refuses to go by a top-5 that is 1 for every model.
   *
   * @throws IllegalArgumentException naming the key
   */
  static void checkTop5(RunConfig config, ResolvedRate rate, int classes) {
    boolean steers =
        rate.schedule()
            .feedback(rate.course())
            .filter(each -> each.metric() == Metric.VAL_TOP5)
            .isPresent();
    boolean keeps =
        config.evaluation().keep() == Keep.BEST && config.evaluation().metric() == Metric.VAL_TOP5;
    if (classes <= TOP && (steers || keeps)) {
      throw new IllegalArgumentException(
          "Invalid %s.metric: val-top5 (must be another for %d classes, of which the first 5 are all)"
              .formatted(steers ? "learningRate" : "evaluation", classes));
    }
  }

  /** A rate that stays from where a shadow wants it to. */
  private static ResolvedRate held(ResolvedRate rate, List<Shadow> shadows) {
    ResolvedRate held = rate;
    for (Shadow each : shadows) {
      long from = each.holdsRateFrom(rate.course());
      if (from >= 0 && from < rate.course().warmup()) {
        throw new IllegalArgumentException(
            "Invalid averaging.shadows: %s (must not hold the rate within the warm-up, from update %d"
                    .formatted(ConfigWriter.words(each), from)
                + " of %d: a later start, or holdRate: false)".formatted(rate.course().warmup()));
      }
      if (from >= 0) {
        if (rate.schedule().feedback(rate.course()).isPresent()) {
          throw new IllegalArgumentException(
              "Invalid averaging.shadows: %s (must not hold the rate, which %s changes: holdRate:"
                      .formatted(
                          ConfigWriter.words(each), Choices.nameOf(rate.schedule().getClass()))
                  + " false)");
        }
        held = held.heldFrom(from);
      }
    }
    return held;
  }
}
