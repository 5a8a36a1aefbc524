package io.millrace.epoch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.exchange.AfterWarmup;
import io.millrace.exchange.Every;
import io.millrace.exchange.FixedEvery;
import io.millrace.exchange.PostLocal;
import io.millrace.exchange.Qsr;
import io.millrace.recipe.Constant;
import io.millrace.recipe.Cosine;
import io.millrace.recipe.Course;
import io.millrace.recipe.LearningRate;
import io.millrace.recipe.Metric;
import io.millrace.recipe.MultiStep;
import io.millrace.recipe.OneCycle;
import io.millrace.recipe.Oracle;
import io.millrace.recipe.Plateau;
import io.millrace.recipe.ResolvedRate;
import io.millrace.recipe.Schedule;
import io.millrace.recipe.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoundCutTest {
  private final Oracle oracle = new Oracle("averaging_every.json");

  /** The rounds of all epochs of a run. */
  private static List<Integer> rounds(Every every, ResolvedRate plan, LearningRate known) {
    Course course = plan.course();
    List<Integer> rounds = new ArrayList<>();
    for (long first = 0; first < course.updates(); first += course.perEpoch()) {
      RoundCut cut = RoundCut.of(every, first, (int) course.perEpoch(), plan, known);
      for (int round = 0; round < cut.rounds(); round++) {
        rounds.add(cut.updates(round));
      }
    }
    return rounds;
  }

  private static List<Integer> rounds(Every every, ResolvedRate rate) {
    return rounds(every, rate, rate);
  }

  private List<Integer> table(String key) {
    return Arrays.stream(oracle.vector(key)).mapToObj(k -> (int) k).toList();
  }

  private static ResolvedRate rate(Schedule schedule, long warmup, long updates, long perEpoch) {
    return ResolvedRate.of(new Course(0.8, warmup, updates, perEpoch), schedule);
  }

  @ParameterizedTest
  @CsvSource({
    "alpha0.4_base1_epoch25, 1, 0.4, 25",
    "alpha0.8_base2_epoch25, 2, 0.8, 25",
    "alpha1.2_base4_one_epoch, 4, 1.2, 100"
  })
  void quadraticSynchronisationIsTheTableUnderACosine(
      String table, int base, double alpha, long perEpoch) {
    ResolvedRate rate = rate(new Cosine(0), 10, 100, perEpoch);
    double[] rates = oracle.vector("qsr/cosine100_warmup10_rates");
    for (int update = 0; update < rates.length; update++) {
      assertThat(rate.rate(update)).isCloseTo(rates[update], within(1e-14));
    }
    assertThat(rounds(new Qsr(base, alpha), rate)).isEqualTo(table("qsr/" + table));
    assertThat(rounds(new Qsr(base, alpha), rate, update -> rates[(int) update]))
        .isEqualTo(table("qsr/" + table));
  }

  @Test
  void quadraticSynchronisationIsTheTableUnderSteps() {
    ResolvedRate rate = rate(new MultiStep(List.of(1.0, 2.0), 0.1), 0, 90, 30);
    double[] rates = oracle.vector("qsr/step90_rates");
    for (int update = 0; update < rates.length; update++) {
      assertThat(rate.rate(update)).isCloseTo(rates[update], within(1e-14));
    }
    assertThat(rounds(new Qsr(2, 0.3), rate)).isEqualTo(table("qsr/step90_alpha0.3_base2_epoch30"));
  }

  @Test
  void aRoundAtRateZeroLastsToTheEndOfTheEpoch() {
    ResolvedRate plan = rate(new Constant(), 0, 20, 10);
    assertThat(rounds(new Qsr(3, 0.1), plan, update -> update < 15 ? 0.8 : 0))
        .containsExactly(3, 3, 3, 1, 3, 3, 4);
  }

  @Test
  void postLocalIsTheTable() {
    String table = "post_local/step90_first_decay_30_h8_epoch30";
    for (Schedule steps : List.of(new MultiStep(List.of(1.0, 2.0), 0.1), new Step(1, 0.1))) {
      assertThat(rounds(new PostLocal(8, null), rate(steps, 0, 90, 30))).isEqualTo(table(table));
    }
    assertThat(rounds(new PostLocal(8, 1.0), rate(new Cosine(0), 0, 90, 30)))
        .isEqualTo(table(table));
  }

  @Test
  void afterTheWarmUpIsTheTable() {
    assertThat(rounds(new AfterWarmup(4), rate(new Constant(), 5, 22, 11)))
        .isEqualTo(table("post_local/warmup_5_then_4_epoch_11"));
  }

  @Test
  void withoutStepsPostLocalBeginsWithTheSecondHalfOfTheRunButNotInTheWarmUp() {
    assertThat(rounds(new PostLocal(4, null), rate(new Cosine(0), 0, 10, 10)))
        .containsExactly(1, 1, 1, 1, 1, 4, 1);
    assertThat(rounds(new PostLocal(4, null), rate(new Constant(), 7, 10, 10)))
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 3);
  }

  @Test
  void aFallThatTheDriverLearnsOfIsAFall() {
    ResolvedRate plan = rate(new Plateau(Metric.VAL_LOSS, 0.1, 0, 0, true, 0, 0), 0, 12, 6);
    assertThat(rounds(new PostLocal(4, null), plan))
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(rounds(new PostLocal(4, null), plan, update -> update < 6 ? 0.8 : 0.08))
        .containsExactly(1, 1, 1, 1, 1, 1, 4, 2);
  }

  @Test
  void aWarmUpIsNoFall() {
    assertThat(rounds(new PostLocal(4, null), rate(new Step(6, 0.5), 2, 10, 1)))
        .containsExactly(1, 1, 1, 1, 1, 1, 1, 1, 1, 1);
    assertThat(rounds(new PostLocal(4, null), rate(new Step(0.4, 0.5), 2, 10, 10)))
        .containsExactly(1, 1, 1, 1, 1, 1, 4);
  }

  @Test
  void whoseRoundsAreAlwaysOfOneNumberSaysSo() {
    assertThat(new FixedEvery(8).always()).hasValue(8);
    assertThat(new FixedEvery(8).isAlwaysOne()).isFalse();
    for (Every one : List.of(new FixedEvery(1), new AfterWarmup(1), new PostLocal(1, null))) {
      assertThat(one.isAlwaysOne()).isTrue();
    }
    for (Every other : List.of(new AfterWarmup(2), new PostLocal(2, null), new Qsr(1, 0.1))) {
      assertThat(other.always()).isEmpty();
      assertThat(other.isAlwaysOne()).isFalse();
    }
  }

  @Test
  void readsAsAPersonWouldSayIt() {
    ResolvedRate cosine = rate(new Cosine(0), 3, 20, 10);
    ResolvedRate steps = rate(new Step(1, 0.1), 3, 20, 10);
    assertThat(List.of(new FixedEvery(1), new FixedEvery(4)))
        .extracting(every -> every.words(cosine))
        .containsExactly("1 update", "4 updates");
    assertThat(new AfterWarmup(4).words(cosine))
        .isEqualTo("1 update during the warm-up of 3 updates, then 4");
    assertThat(new PostLocal(16, null).words(cosine))
        .isEqualTo("1 update until update 10, then 16");
    assertThat(new PostLocal(16, null).words(steps))
        .isEqualTo("1 update until the first fall of the rate, then 16");
    assertThat(new PostLocal(16, 1.5).words(steps)).isEqualTo("1 update until update 15, then 16");
    assertThat(new Qsr(4, 0.2).words(cosine)).isEqualTo("4 updates or more, by (0.2 / rate)^2");
  }

  @Test
  void refusesWhatDoesNotGoWithTheRun() {
    ResolvedRate rate = rate(new Cosine(0), 3, 20, 10);
    assertThatThrownBy(() -> new PostLocal(16, 2.0).check(rate))
        .hasMessage(
            "Invalid averaging.every.fromEpoch: 2 (must lie before the end of the run, which has 2"
                + " epochs)");
    new PostLocal(16, 1.9).check(rate);
    new Qsr(4, 0.2).check(rate);
    ResolvedRate cycle = rate(new OneCycle(0.3, 25, 1e4, null, 0.85), 0, 20, 10);
    assertThatThrownBy(() -> new Qsr(4, 0.2).check(cycle))
        .hasMessage(
            "Invalid averaging.every: qsr (must have a rate that is at its peak, 0.8, where the"
                + " warm-up ends; it is 0.032)");
    assertThatThrownBy(() -> new FixedEvery(0)).hasMessage("Invalid updates: 0 (must be >= 1)");
    assertThatThrownBy(() -> new AfterWarmup(0)).hasMessage("Invalid updates: 0 (must be >= 1)");
    assertThatThrownBy(() -> new PostLocal(0, null))
        .hasMessage("Invalid updates: 0 (must be >= 1)");
    assertThatThrownBy(() -> new Qsr(0, 1)).hasMessage("Invalid base: 0 (must be >= 1)");
    assertThatThrownBy(() -> new Qsr(1, Double.NaN)).hasMessage("Invalid alpha: NaN (must be > 0)");
    assertThatThrownBy(() -> rounds((update, plan, known) -> update < 3 ? 2 : 0, rate))
        .hasMessage(
            "Invalid averaging.every: 0 for the round from update 4 of the epoch (must be >= 1)");
  }
}
