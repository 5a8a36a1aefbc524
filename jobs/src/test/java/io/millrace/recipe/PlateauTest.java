package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.state.Remembered;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The one schedule that learns, against PyTorch's, warm-up as in the tables. */
class PlateauTest {
  private final Oracle oracle = new Oracle("schedules_recipe.json");

  @Test
  void relativeOfALoss() {
    matches(
        "plateau_min_rel_warmup12_of_5_per_epoch",
        new Plateau(Metric.VAL_LOSS, 0.1, 2, 1e-4, true, 0, 0));
  }

  @Test
  void absoluteOfAnAccuracyWithCooldownAndALeastRate() {
    matches(
        "plateau_max_abs_cooldown1_min0.01_warmup5",
        new Plateau(Metric.VAL_TOP1, 0.3, 1, 1e-3, false, 1, 0.01));
  }

  @Test
  void withoutWarmUpAndPatience() {
    matches("plateau_no_warmup_patience0", new Plateau(Metric.VAL_LOSS, 0.5, 0, 1e-4, true, 0, 0));
  }

  /** Every epoch goes on from what the last one saved, as a resumed run does. */
  private void matches(String table, Plateau plateau) {
    int perEpoch = (int) oracle.number(table + "/updates_per_epoch");
    double warmup = oracle.number(table + "/warmup_updates") / perEpoch;
    double[] metrics = oracle.vector(table + "/metrics");
    double[] rates = oracle.vector(table + "/rates");
    double start = warmup == 0 ? 0 : 0.05;
    LearningRateConfig config =
        new LearningRateConfig(0.8, 1, Scaling.NONE, warmup, Warmup.Shape.LINEAR, start, plateau);
    Recipe recipe =
        new Recipe(
            ResolvedRate.of(config, 1, perEpoch, metrics.length),
            new Sgd(),
            new WeightDecay(0, false));
    Pace pace = new Pace(recipe);
    for (int epoch = 0; epoch < metrics.length; epoch++) {
      RoundOrder order = pace.order(epoch, (long) epoch * perEpoch, perEpoch, 0);
      for (int i = 0; i < perEpoch; i++) {
        assertThat(order.rate(i))
            .as("epoch %d, update %d", epoch, i)
            .isCloseTo(rates[epoch * perEpoch + i], within(1e-15));
      }
      pace.epochEnded(Map.of(plateau.metric().key(), metrics[epoch]), (epoch + 1L) * perEpoch);
      Pace resumed = new Pace(recipe);
      Remembered memory = resumed.remembered().get(0);
      memory.restore(pace.remembered().get(0).save());
      pace = resumed;
    }
  }

  @Test
  void anEpochWithoutTheMetricChangesNothingAndGroupsFollow() {
    ParameterGroup tenth = new ParameterGroup("a*", null, 0.1, null, null, null, null, false);
    Recipe recipe =
        new Recipe(
            ResolvedRate.of(
                new Course(1, 0, 100, 10), new Plateau(Metric.VAL_LOSS, 0.5, 0, 0, true, 0, 0)),
            new Sgd(),
            new WeightDecay(0, false),
            Clip.NONE,
            List.of(tenth));
    Pace pace = new Pace(recipe);
    pace.epochEnded(Map.of("val_loss", 1.0), 10);
    pace.epochEnded(Map.of("train_loss", 9.0), 20);
    assertThat(pace.rate(20)).isEqualTo(1);
    pace.epochEnded(Map.of("val_loss", 1.0), 30);
    assertThat(pace.rate(30)).isEqualTo(0.5);
    assertThat(pace.moments(30, 31).get(0).rate()).isEqualTo(0.05);
  }

  /** {@code (e+1)*U > m}, both counted from the stage: its warm-up feeds no metric. */
  @Test
  void aStageCountsTheEpochsAfterItsOwnWarmUpAndNotThatOne() {
    int perEpoch = 10;
    Recipe recipe =
        new Recipe(
                ResolvedRate.of(
                    new Course(1, perEpoch, 10L * perEpoch, perEpoch),
                    new Plateau(Metric.VAL_LOSS, 0.5, 0, 0, true, 0, 0)),
                new Sgd(),
                new WeightDecay(0, false))
            .tuned(new Tuning(Set.of(), Map.of(), Map.of(), 30));
    Pace pace = new Pace(recipe);
    pace.epochEnded(Map.of("val_loss", 0.1), 40); // all of it was warm-up: (0 + 1) * 10 = 10
    pace.epochEnded(Map.of("val_loss", 1.0), 50);
    assertThat(pace.rate(50)).as("the first that counts is the best").isEqualTo(1);
    pace.epochEnded(Map.of("val_loss", 1.0), 60);
    assertThat(pace.rate(60)).isEqualTo(0.5);
  }

  private static double[] rates(Plateau plateau, double peak, double... values) {
    Pace pace =
        new Pace(
            new Recipe(
                ResolvedRate.of(new Course(peak, 0, 100, 1), plateau),
                new Sgd(),
                new WeightDecay(0, false)));
    double[] rates = new double[values.length];
    for (int epoch = 0; epoch < values.length; epoch++) {
      rates[epoch] = pace.rate(epoch);
      pace.epochEnded(Map.of(plateau.metric().key(), values[epoch]), epoch + 1L);
    }
    return rates;
  }

  /** Rates by PyTorch 2.13 for the same values, {@code threshold_mode} and threshold. */
  @Test
  void theWaysToBeBetter() {
    double[] expected = {0.8, 0.8, 0.4, 0.4, 0.2, 0.1, 0.1, 0.05, 0.025, 0.025, 0.0125};
    double[] loss = {1.0, 0.95, 0.89, 0.885, 0.88, 0.7, 0.69, 0.75, 0.5, 0.5, 0.5};
    assertThat(rates(new Plateau(Metric.VAL_LOSS, 0.5, 0, 0.05, false, 0, 0), 0.8, loss))
        .containsExactly(expected, within(1e-15));
    double[] wide = {2.0, 1.95, 1.85, 1.82, 1.76, 1.5, 1.41, 1.45, 1.0, 0.96, 0.9};
    assertThat(rates(new Plateau(Metric.VAL_LOSS, 0.5, 0, 0.05, true, 0, 0), 0.8, wide))
        .containsExactly(
            new double[] {0.8, 0.8, 0.4, 0.4, 0.2, 0.1, 0.1, 0.1, 0.05, 0.05, 0.025},
            within(1e-15));
    double[] top1 = {0.5, 0.54, 0.56, 0.561, 0.562, 0.7, 0.71, 0.72, 0.9, 0.9, 0.9};
    assertThat(rates(new Plateau(Metric.VAL_TOP1, 0.5, 0, 0.1, true, 0, 0), 0.8, top1))
        .containsExactly(expected, within(1e-15));
  }

  /** As PyTorch's eps, 1e-8. */
  @Test
  void aFallThatIsNoneIsNotMade() {
    assertThat(rates(new Plateau(Metric.VAL_LOSS, 0.5, 0, 0, true, 0, 0), 4e-8, 1, 1, 1, 1, 1))
        .containsExactly(4e-8, 4e-8, 2e-8, 2e-8, 2e-8);
  }
}
