package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleTest {
  private final Oracle oracle = new Oracle("schedules.json");
  private final Oracle recipe = new Oracle("schedules_recipe.json");

  /** The schedule over a run without warm-up, its epochs one update long. */
  private static LearningRate alone(Schedule schedule, long updates) {
    return ResolvedRate.of(new Course(0.8, 0, updates, 1), schedule);
  }

  @Test
  void cosineIsPyTorchs() {
    assertRates(alone(new Cosine(0), 10), oracle.vector("cosine_T10_min0"));
    assertRates(alone(new Cosine(0.01), 10), oracle.vector("cosine_T10_min0.01"));
  }

  @Test
  void multiStepIsPyTorchs() {
    assertRates(
        alone(new MultiStep(List.of(3.0, 8.0), 0.1), 20), oracle.vector("multistep_3_8_gamma0.1"));
    assertRates(
        alone(new MultiStep(List.of(4.0, 8.0, 12.0), 0.5), 20),
        oracle.vector("step_size4_gamma0.5"));
  }

  @Test
  void warmupThenCosineIsTheFormulaOfTheTable() {
    assertRates(
        ResolvedRate.of(new Course(0.8, 5, 20, 1), new Cosine(0)),
        oracle.vector("warmup5_then_cosine15/rates"));
  }

  @Test
  void warmupRisesInEqualStepsAndThenHolds() {
    assertRates(
        ResolvedRate.of(new Course(0.4, 4, 20, 1), new Constant()),
        new double[] {0.1, 0.2, 0.3, 0.4, 0.4, 0.4});
  }

  @Test
  void thoseOfTheRecipeArePyTorchsOrTheFormulasOfTheTable() {
    recipe("exponential_0.9_torch", new Exponential(0.9), 12, 1);
    recipe("epochs6_updates7_exponential_per_epoch_0.9", new Exponential(0.9), 42, 7);
    recipe("polynomial_T10_power0.9_min0.01", new Polynomial(0.9, 0.01), 10, 1);
    recipe("one_cycle_T20_pct0.3", cycle(0.3, 25, 1e4), 20, 1);
    recipe("one_cycle_T17_pct0.25_fractional_peak", cycle(0.25, 10, 100), 17, 1);
    recipe("one_cycle_T40_pct0.5", cycle(0.5, 25, 1e4), 40, 1);
    recipe(
        "epochs6_updates7_steps_at_epochs_2.5_4.1_gamma0.1",
        new MultiStep(List.of(2.5, 4.1), 0.1),
        42,
        7);
  }

  @Test
  void oneCyclesMomentumIsThatOfTheTable() {
    double[] expected = recipe.vector("one_cycle_T20_pct0.3/momentum_0.85_0.95");
    ResolvedRate rate = ResolvedRate.of(new Course(0.8, 0, 20, 1), cycle(0.3, 25, 1e4));
    for (int update = 0; update < expected.length; update++) {
      assertThat(rate.momentum(update)).isCloseTo(expected[update], within(1e-14));
    }
    assertThat(rate.heldFrom(7).momentum(15)).isCloseTo(expected[7], within(1e-14));
    Course warmed = new Course(0.8, 5, 25, 1);
    assertThat(ResolvedRate.of(warmed, cycle(0.3, 25, 1e4)).momentum(4)).isNaN();
    assertThat(new OneCycle(0.3, 25, 1e4, null, 0.85).momentum(warmed, 3)).isNaN();
    assertThat(new Cosine(0).momentum(warmed, 3)).isNaN();
  }

  @Test
  void aLineFallsToItsEndAndStaysThere() {
    LearningRate line = alone(new Linear(0.2), 10);
    assertThat(line.rate(0)).isEqualTo(0.8);
    assertThat(line.rate(1)).isCloseTo(0.74, within(1e-15));
    assertThat(line.rate(5)).isCloseTo(0.5, within(1e-15));
    assertThat(line.rate(10)).isEqualTo(0.2);
    assertThat(line.rate(1000)).isEqualTo(0.2);
  }

  @Test
  void aCourseAndItsStretchesAreOneUpdateLongAtLeast() {
    assertThat(new Course(0.8, 5, 5, 10).length()).isEqualTo(1);
    assertThat(new Course(0.8, 5, 6, 10).length()).isEqualTo(1);
    assertThat(new Course(0.8, 5, 20, 10).stretch(0.01)).isEqualTo(1);
    assertThat(new Course(0.8, 5, 20, 10).stretch(2.06)).isEqualTo(21);
  }

  @Test
  void theBaseOfAPeakIsScaledBack() {
    assertThat(Scaling.LINEAR.base(0.4, 1024, 256)).isEqualTo(0.1);
    assertThat(Scaling.SQUARE_ROOT.base(0.4, 1024, 256)).isEqualTo(0.2);
    assertThat(Scaling.NONE.base(0.4, 1024, 256)).isEqualTo(0.4);
  }

  private static OneCycle cycle(double rise, double start, double end) {
    return new OneCycle(rise, start, end, 0.95, 0.85);
  }

  private void recipe(String table, Schedule schedule, long updates, long perEpoch) {
    assertRates(
        ResolvedRate.of(new Course(0.8, 0, updates, perEpoch), schedule),
        recipe.vector(table + "/rates"));
  }

  @Test
  void schedulesGoOnFromAWarmUpFromAnyStart() {
    warmed("constant", new Constant());
    warmed("step_size4_gamma0.5", new Step(4, 0.5));
    warmed("exponential_0.9", new Exponential(0.9));
    warmed("polynomial_T10_power2", new Polynomial(2, 0));
    warmed("cosine_T10_min0.01", new Cosine(0.01));
    warmed("cosine_restarts_T0_4_mult2_min0.01", new CosineRestarts(4, 2, 0.01));
    // Ours counts milestones from the start of training.
    warmed("multistep_3_8_gamma0.1", new MultiStep(List.of(8.0, 13.0), 0.1));
  }

  private void warmed(String table, Schedule schedule) {
    LearningRateConfig config =
        new LearningRateConfig(0.8, 1, Scaling.NONE, 5, Warmup.Shape.LINEAR, 0.05, schedule);
    assertRates(
        ResolvedRate.of(config, 1, 1, 15),
        recipe.vector("warmup5_from_0.05_then_" + table + "/rates"));
  }

  @Test
  void aConstantWarmUpStaysAtItsStart() {
    LearningRateConfig config =
        new LearningRateConfig(
            0.8, 1, Scaling.NONE, 3, Warmup.Shape.CONSTANT, 0.05, new Constant());
    assertRates(ResolvedRate.of(config, 1, 1, 15), new double[] {0.05, 0.05, 0.05, 0.8, 0.8});
  }

  @Test
  void peaksScaleAsTheTableSays() {
    double[] batches = recipe.vector("scaling_rules_base0.1_reference256/batches");
    for (Scaling scaling : Scaling.values()) {
      String name = scaling.name().toLowerCase(Locale.ROOT);
      double[] peaks = recipe.vector("scaling_rules_base0.1_reference256/" + name);
      for (int i = 0; i < batches.length; i++) {
        assertThat(scaling.peak(0.1, (long) batches[i], 256)).isCloseTo(peaks[i], within(1e-15));
      }
    }
  }

  @Test
  void restartsBeginWhereTheTableSays() {
    LearningRate rate = alone(new CosineRestarts(4, 2, 0.01), 200);
    for (double first : recipe.vector("restarts_boundaries_T0_4_mult2/first_updates_of_cycles")) {
      assertThat(rate.rate((long) first)).isEqualTo(0.8);
      assertThat(first == 0 || rate.rate((long) first - 1) < 0.2).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "epochs6_updates7_warmup1.5_cosine, 1.5",
    "epochs6_updates7_warmup0.2_cosine, 0.2",
    "epochs6_updates7_warmup2.0_cosine, 2"
  })
  void fractionsOfAnEpochAreRoundedAsTheTableSays(String table, double warmup) {
    LearningRateConfig config =
        new LearningRateConfig(0.8, 1, Scaling.NONE, warmup, Warmup.Shape.LINEAR, 0, new Cosine(0));
    assertRates(ResolvedRate.of(config, 1, 7, 6), recipe.vector(table + "/rates"));
  }

  @Test
  void cosineStaysAtItsEnd() {
    assertThat(alone(new Cosine(0.01), 10).rate(1000)).isEqualTo(0.01);
  }

  @Test
  void readsAsAPersonWouldSayIt() {
    assertThat(ResolvedRate.of(new Course(0.8, 5, 20, 1), new Cosine(0)).derivation())
        .isEqualTo("5 updates of warm-up, then cosine from 0.8 to 0 over 15 updates");
    Course course = new Course(0.3 * 3, 0, 90, 1);
    assertThat(new MultiStep(List.of(30.0, 60.0), 0.1).words(course))
        .isEqualTo("0.9, times 0.1 after updates 30, 60");
    assertThat(new MultiStep(List.of(2.0, 5.0, 90.0), 0.1).words(new Course(0.8, 0, 50, 10)))
        .isEqualTo("0.8, times 0.1 after updates 20, 50, 900, 2 of which the run does not reach");
    assertThat(new Constant().words(new Course(1e-5, 0, 1, 1))).isEqualTo("constant at 0.00001");
  }

  @Test
  void refusesWhatCannotCoverTheRun() {
    Course course = new Course(0.1, 2, 20, 1);
    assertThatThrownBy(() -> new Cosine(0.2).check(course))
        .hasMessage("Invalid learningRate.minRate: 0.2 (must be <= the peak rate, 0.1)");
    assertThatThrownBy(() -> new MultiStep(List.of(3.0, 3.0), 0.1))
        .hasMessage("Invalid stepEpochs: [3.0, 3.0] (must be ascending epochs > 0, one or more)");
    assertThatThrownBy(() -> new MultiStep(List.of(), 0.1))
        .hasMessage("Invalid stepEpochs: [] (must be ascending epochs > 0, one or more)");
    assertThatThrownBy(() -> new MultiStep(List.of(3.0, 3.1), 0.1).check(course))
        .hasMessage(
            "Invalid learningRate.stepEpochs: [3.0, 3.1] (must rise, by an update at least, and lie"
                + " after the warm-up of 2 updates)");
  }

  private static void assertRates(LearningRate rate, double[] expected) {
    for (int update = 0; update < expected.length; update++) {
      assertThat(rate.rate(update))
          .as("%s at update %d", rate, update)
          .isCloseTo(expected[update], within(1e-14));
    }
  }

  @Test
  void aLowMomentumWithoutAHighOneIsRefused() {
    assertThatThrownBy(() -> new OneCycle(0.3, 25, 1e4, null, 0.5))
        .hasMessage("Invalid lowMomentum: 0.5 (must be left out without highMomentum)");
  }

  @Test
  void wordsSayTheMomentumThatAScheduleSetsAndAWarmUpThatIsTheWholeRun() {
    Course course = new Course(0.8, 0, 1, 10);
    assertThat(cycle(0.3, 25, 1e4).words(course))
        .isEqualTo(
            "one cycle from 0.032 by 0.8 to 0.0000032 over 1 update, momentum from 0.95 by 0.85 to"
                + " 0.95");
    assertThat(ResolvedRate.of(new Course(0.8, 20, 20, 10), new Cosine(0)).derivation())
        .isEqualTo("20 updates of warm-up, which is the whole run");
    assertThat(new Plateau(Metric.VAL_LOSS, 0.1, 3, 0, true, 0, 0).words(course))
        .isEqualTo("times 0.1 when validation loss is no better for more than 3 epochs");
    assertThat(Schedule.text(1e300)).isEqualTo("1E+300");
    assertThat(Schedule.text(1.5e-12)).isEqualTo("1.5E-12");
    assertThat(Schedule.text(0.0000001)).isEqualTo("0.0000001");
    assertThat(Schedule.text(0)).isEqualTo("0");
    assertThat(Schedule.text(123456789)).isEqualTo("123457000");
  }

  /** A user's own. */
  record Counted() implements Schedule {
    @Override
    public double rate(Course course, long update) {
      return course.peak();
    }

    @Override
    public double momentum(Course course, long update) {
      return update / 100.0;
    }
  }

  @Test
  void aMomentumCountsFromTheEndOfTheWarmUpToo() {
    ResolvedRate rate = ResolvedRate.of(new Course(0.8, 5, 20, 10), new Counted());
    assertThat(rate.momentum(4)).isNaN();
    assertThat(rate.momentum(5)).isZero();
    assertThat(rate.momentum(7)).isEqualTo(0.02);
    assertThat(rate.heldFrom(6).momentum(7)).isEqualTo(0.01);
  }
}
