package io.millrace.recipe;

import static io.millrace.model.ParameterSlot.Kind.BIAS;
import static io.millrace.model.ParameterSlot.Kind.GAMMA;
import static io.millrace.model.ParameterSlot.Kind.MEAN;
import static io.millrace.model.ParameterSlot.Kind.VARIANCE;
import static io.millrace.model.ParameterSlot.Kind.WEIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ParameterGroupsTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new ParameterSlot("stem", "W", 0, 2, WEIGHT),
              new ParameterSlot("stage1_conv", "W", 2, 2, WEIGHT),
              new ParameterSlot("stage2_conv", "W", 4, 2, WEIGHT),
              new ParameterSlot("head", "W", 6, 2, WEIGHT),
              new ParameterSlot("head", "b", 8, 2, BIAS)));

  private static ParameterGroup named(String names, double rate) {
    return new ParameterGroup(names, null, rate, null, null, null, null, false);
  }

  private static ParameterGroup indexed(String layers, double rate) {
    return new ParameterGroup(null, layers, rate, null, null, null, null, false);
  }

  private static List<Integer> indices(ParameterGroup... rules) {
    ParameterGroups groups = ParameterGroups.of(List.of(rules), LAYOUT);
    return LAYOUT.slots().stream().map(groups::indexOf).toList();
  }

  @Test
  void theFirstRuleThatMatchesTakesAParameterAndTheRestIsALastGroup() {
    assertThat(indices()).containsExactly(0, 0, 0, 0, 0);
    assertThat(indices(named("stage*", 1), named("*.W", 1))).containsExactly(1, 0, 0, 1, 2);
    assertThat(indices(indexed("0", 1), indexed("-1", 1))).containsExactly(0, 2, 2, 1, 1);
    assertThat(indices(indexed("0..-2", 1))).containsExactly(0, 0, 0, 1, 1);
    assertThat(indices(new ParameterGroup("*.b", "-1", 1, null, null, null, null, false)))
        .containsExactly(1, 1, 1, 1, 0);
  }

  @Test
  void aGroupAtAFactorHasThatShareOfItsRate() {
    assertThat(named("a", 0.5).slower(2)).isEqualTo(named("a", 1));
    assertThat(named("a", 0.5).slower(1)).isEqualTo(named("a", 0.5));
  }

  @Test
  void aPatternIsNoRegularExpression() {
    assertThatThrownBy(() -> indices(named("stage.*conv.W", 1)))
        .hasMessage(
            "Invalid optimizer.groups[0]: stage.*conv.W takes no parameter (must match one that no"
                + " rule before it takes; the layers are stem, stage1_conv, stage2_conv, head)");
  }

  @Test
  void aRuleThatTakesNothingIsRefused() {
    assertThatThrownBy(() -> indices(named("*", 1), named("head*", 1)))
        .hasMessageStartingWith("Invalid optimizer.groups[1]: head* takes no parameter");
    assertThatThrownBy(() -> indices(indexed("9", 1)))
        .hasMessageStartingWith("Invalid optimizer.groups[0]: layers 9 takes no parameter");
  }

  @Test
  void toFreezeEverythingOrHalfOfABatchNormIsRefused() {
    ParameterGroup all = new ParameterGroup("*", null, 1, null, null, null, null, true);
    assertThatThrownBy(() -> indices(all))
        .hasMessage(
            "Invalid optimizer.groups: all parameters are frozen (must leave one to train)");
    ParameterLayout norm =
        new ParameterLayout(
            List.of(
                new ParameterSlot("norm", "gamma", 0, 2, GAMMA),
                new ParameterSlot("norm", "mean", 2, 2, MEAN),
                new ParameterSlot("norm", "var", 4, 2, VARIANCE)));
    ParameterGroup half = new ParameterGroup("*.mean", null, 1, null, null, null, null, true);
    assertThatThrownBy(() -> ParameterGroups.of(List.of(half), norm))
        .hasMessage(
            "Invalid optimizer.groups: of the mean and the variance of norm one is frozen (must be"
                + " both, or none)");
  }

  @Test
  void groupsHaveTheirOwnRateMomentumDecayAndFrozenOnesStay() {
    Recipe recipe =
        new Recipe(
            update -> 0.1,
            new Momentum(0.5),
            new WeightDecay(0.5, false),
            Clip.NONE,
            List.of(
                new ParameterGroup("stem*", null, 1, null, null, null, null, true),
                new ParameterGroup("stage1*", null, 0.5, 0.0, 0.0, null, null, false),
                new ParameterGroup("head*", null, 1, null, null, true, null, false)));
    INDArray weights = Nd4j.ones(10);
    INDArray state = Nd4j.zeros(10);
    for (int update = 0; update < 2; update++) {
      UpdateRuleTest.apply(
          recipe, ArrayMemory.HOST, LAYOUT, weights, Nd4j.ones(10), state, 1, update);
    }
    // By hand: stage1 1 - 2 * 0.05 * 1; others g = 1 + 0.5 w, buf = 0.5 buf + g, w -= 0.1 buf.
    double first = 1 - 0.1 * 1.5;
    double second = first - 0.1 * (0.5 * 1.5 + 1 + 0.5 * first);
    assertThat(weights.getDouble(0)).isEqualTo(1);
    assertThat(weights.getFloat(2)).isEqualTo(0.9f);
    assertThat(weights.getDouble(4)).isCloseTo(second, org.assertj.core.data.Offset.offset(1e-6));
    assertThat(weights.getDouble(6)).isEqualTo(weights.getDouble(4));
    assertThat(weights.getDouble(8)).isEqualTo(weights.getDouble(4));
    assertThat(state.getDouble(0)).isZero();
  }

  @Test
  void rateAndSchedulesOfGroupsAreThoseOfTheTable() {
    Oracle oracle = new Oracle("schedules_recipe.json");
    ResolvedRate rate = ResolvedRate.of(new Course(1.6, 5, 20, 1), new Cosine(0));
    Recipe recipe =
        new Recipe(
            rate,
            new Sgd(),
            new WeightDecay(0, false),
            Clip.NONE,
            List.of(
                named("stem*", 0.1),
                new ParameterGroup("stage*", null, 1, null, null, null, new Constant(), false)));
    double[] head = oracle.vector("groups_multiplier_backbone0.1_head1/head");
    double[] backbone = oracle.vector("groups_multiplier_backbone0.1_head1/backbone");
    double scale = 1.6 / 0.8;
    for (int update = 0; update < head.length; update++) {
      List<Moment> now = new Pace(recipe).moments(update, update + 1);
      assertThat(now.get(2).rate() / scale)
          .isCloseTo(head[update], org.assertj.core.data.Offset.offset(1e-14));
      assertThat(now.get(0).rate() / scale)
          .isCloseTo(backbone[update], org.assertj.core.data.Offset.offset(1e-14));
      assertThat(now.get(1).rate()).isEqualTo(update < 5 ? rate.rate(update) : 1.6);
    }
  }

  @Test
  void whatAScheduleOfAGroupSaysIsSaidOfThatGroup() {
    ResolvedRate rate = ResolvedRate.of(new Course(0.1, 5, 20, 10), new Cosine(0));
    assertThatThrownBy(() -> recipe(new Cosine(5), rate))
        .hasMessage(
            "Invalid optimizer.groups[1].schedule.minRate: 5.0 (must be <= the peak rate, 0.1)");
    assertThatThrownBy(() -> recipe(new OneCycle(0.3, 25, 1e4, null, 0.85), rate))
        .hasMessageStartingWith("Invalid learningRate.warmupEpochs: 5 updates of warm-up");
    assertThatThrownBy(() -> recipe(new Plateau(Metric.TRAIN_LOSS, 0.1, 1, 0, true, 0, 0), rate))
        .hasMessage(
            "Invalid optimizer.groups[1].schedule: a schedule that follows metrics (must be one of"
                + " the update alone)");
    assertThatThrownBy(() -> recipe(new Cosine(0), update -> 0.1))
        .hasMessageStartingWith("Invalid optimizer.groups[1].schedule: a schedule of its own");
  }

  private static Recipe recipe(Schedule schedule, LearningRate rate) {
    ParameterGroup plain = new ParameterGroup("a", null, 2, null, null, null, null, false);
    ParameterGroup own = new ParameterGroup("b", null, 1, null, null, null, schedule, false);
    return new Recipe(
        rate, new Sgd(), new WeightDecay(0, false, Decay.L2), Clip.NONE, List.of(plain, own));
  }
}
