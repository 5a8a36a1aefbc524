package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.state.Memory;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void anOrderCountsItsUpdatesAndTheStepsOfTheState() {
    Recipe recipe =
        new Recipe(update -> 0.5 + update, new Momentum(0.9), new WeightDecay(0, false));
    RoundOrder order = new Pace(recipe).order(3, 40, 3, 7);
    assertThat(order.epoch()).isEqualTo(3);
    assertThat(order.firstUpdate()).isEqualTo(40);
    assertThat(order.moments())
        .containsExactly(
            List.of(new Moment(8, 40.5)),
            List.of(new Moment(9, 41.5)),
            List.of(new Moment(10, 42.5)));
    for (int i = 0; i < 3; i++) {
      assertThat(order.rate(i)).isEqualTo(40.5 + i);
      assertThat(order.moments(40 + i)).isEqualTo(order.moments().get(i));
    }
    assertThat(new RoundOrder(0, 0, List.of()).rate(0)).isNaN();
    assertThat(new RoundOrder(0, 0, List.of()).lossScale()).isEqualTo(1);
  }

  @Test
  void whatASwitchFoundIsAFactorOfGroupsToo() {
    ParameterGroup half = new ParameterGroup("a*", null, 0.5, null, null, null, null, false);
    Recipe recipe =
        new Recipe(
            update -> 0.25,
            new Swats(0.9, 0.75, 1e-9, 1e-6),
            new WeightDecay(0, false),
            Clip.NONE,
            List.of(half));
    Pace pace = new Pace(recipe);
    pace.remembered()
        .get(0)
        .restore(Memory.of(Map.of("lambda", 0.0, "updates", 9.0, "found", 3.0, "rate", 0.25)));
    double factor = pace.rate(0) / 0.25;
    assertThat(factor).isGreaterThan(1.5);
    assertThat(pace.moments(0, 1).get(0).rate()).isEqualTo(0.5 * 0.25 * factor);
  }

  @Test
  void aSwitchNeedsAProductOfStepAndGradient() {
    SwatsSwitch swats = new SwatsSwitch(new Swats(0.9, 0.75, 1e-9, 1e-6));
    assertThat(swats.roundEnded(3, 0, 2, 0.1)).isFalse();
    assertThat(swats.save().figure("lambda")).isZero();
    assertThat(swats.save().figure("updates")).isEqualTo(2);
    assertThat(swats.roundEnded(3, 1, 2, 0.1)).isFalse();
    assertThat(swats.save().figure("lambda")).isCloseTo((1 - 0.75 * 0.75) * 3 / -2, within(1e-15));
    assertThat(swats.isSwitched()).isFalse();
  }

  private static Recipe oneCycle(Tuning tuning) {
    ParameterGroup own = new ParameterGroup("a", null, 0.5, null, null, null, new Cosine(0), false);
    ParameterGroup cycle =
        new ParameterGroup(
            "b", null, 2, null, null, null, new OneCycle(0.3, 25, 1e4, 0.95, 0.85), false);
    ParameterGroup plain = new ParameterGroup("c", null, 3, null, null, null, null, false);
    return new Recipe(
            ResolvedRate.of(new Course(0.8, 0, 40, 10), new Linear(0)),
            new Momentum(0.9),
            new WeightDecay(0, false),
            Clip.NONE,
            List.of(own, cycle, plain))
        .tuned(tuning);
  }

  private static Tuning from(long origin) {
    return new Tuning(Set.of(), Map.of(), Map.of(), origin);
  }

  /** Rates and momenta, of groups with schedules of their own too; steps of the state go on. */
  @Test
  void aStagesSchedulesCountFromItsStart() {
    Pace whole = new Pace(oneCycle(Tuning.NONE));
    Pace stage = new Pace(oneCycle(from(100)));
    for (int update = 0; update < 40; update++) {
      assertThat(stage.moments(100 + update, 7)).isEqualTo(whole.moments(update, 7));
      assertThat(stage.rate(100 + update)).isEqualTo(whole.rate(update));
    }
    List<Moment> moments = stage.moments(100, 7);
    assertThat(moments.get(0).rate()).isEqualTo(0.4);
    assertThat(moments.get(1).momentum(0)).isEqualTo(0.95);
    assertThat(moments.get(2).rate()).isEqualTo(3 * 0.8);
    assertThat(whole.moments(0, 1)).allMatch(moment -> moment.step() == 1);
    assertThat(whole.moments(0, 0)).first().extracting(Moment::step).isEqualTo(1L);
  }

  @Test
  void theRunsOwnMomentumCountsFromTheStagesStartToo() {
    Recipe recipe =
        new Recipe(
            ResolvedRate.of(new Course(0.8, 0, 40, 10), new OneCycle(0.3, 25, 1e4, 0.95, 0.85)),
            new Momentum(0.9),
            new WeightDecay(0, false));
    List<Moment> there = new Pace(recipe.tuned(from(100))).moments(112, 3);
    assertThat(there).isEqualTo(new Pace(recipe).moments(12, 3));
    assertThat(there.get(0).momentum(0)).isCloseTo(0.85, within(0.02));
  }

  @Test
  void aPlateauAndASwitchWaitForTheWarmUpOfTheirStage() {
    ResolvedRate rate =
        ResolvedRate.of(
            new Course(0.8, 20, 100, 10), new Plateau(Metric.VAL_LOSS, 0.5, 0, 0, true, 0, 0));
    Recipe recipe =
        new Recipe(rate, new Swats(0.9, 0.75, 1e-9, 1e-6), new WeightDecay(0, false))
            .tuned(from(1000));
    Pace pace = new Pace(recipe);
    pace.epochEnded(Map.of("val_loss", 1.0), 1010);
    pace.epochEnded(Map.of("val_loss", 1.0), 1020);
    assertThat(pace.scheduled(1020)).isEqualTo(0.8);
    pace.epochEnded(Map.of("val_loss", 1.0), 1030);
    pace.epochEnded(Map.of("val_loss", 1.0), 1040);
    assertThat(pace.scheduled(1040)).isEqualTo(0.4);
    assertThat(pace.watching(1019)).isEmpty();
    assertThat(pace.watching(1020)).isPresent();
  }

  @Test
  void updatesThatWereSkippedMakeTheStepsOfLaterOnesEarlier() {
    Recipe recipe = new Recipe(update -> 0.5, new Momentum(0.9), new WeightDecay(0, false));
    RoundOrder order = new Pace(recipe).order(0, 40, 3, 7);
    assertThat(order.lossScale()).isEqualTo(1);
    assertThat(order.moments(42, 0)).isEqualTo(List.of(new Moment(10, 0.5)));
    assertThat(order.moments(42, 2)).isEqualTo(List.of(new Moment(8, 0.5)));
  }

  @Test
  void underAnotherRateNoGroupHasAScheduleOfItsOwn() {
    Recipe under = oneCycle(Tuning.NONE).under(update -> 0.25);
    assertThat(new Pace(under).moments(30, 1))
        .extracting(Moment::rate)
        .containsExactly(0.125, 0.5, 0.75, 0.25);
  }
}
