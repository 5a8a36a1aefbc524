package io.millrace.recipe;

import static io.millrace.model.ParameterSlot.Kind.BETA;
import static io.millrace.model.ParameterSlot.Kind.BIAS;
import static io.millrace.model.ParameterSlot.Kind.CENTER;
import static io.millrace.model.ParameterSlot.Kind.GAMMA;
import static io.millrace.model.ParameterSlot.Kind.MEAN;
import static io.millrace.model.ParameterSlot.Kind.VARIANCE;
import static io.millrace.model.ParameterSlot.Kind.WEIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.backend.ArrayMemory;
import io.millrace.backend.HostAccess;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.wire.Elements;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

public class UpdateRuleTest {
  private static final LearningRate CONSTANT = update -> 0.1;

  @ParameterizedTest
  @CsvSource({
    "sgd, none, 0, false",
    "sgd_l2_0.01, none, 0.01, false",
    "momentum_0.9, momentum, 0, false",
    "nesterov_0.9, nesterov, 0, false",
    "nesterov_0.9_l2_0.01, nesterov, 0.01, false",
    "momentum_0.9_varying_rates, momentum, 0, true",
    "nesterov_0.9_l2_0.01_varying_rates, nesterov, 0.01, true"
  })
  void isPyTorchs(String table, String momentum, double l2, boolean varying) {
    Oracle oracle = new Oracle("optimizers.json");
    double[] rates = oracle.vector("varying_rates");
    Recipe rule =
        new Recipe(
            varying ? update -> rates[(int) update] : CONSTANT,
            momentum.equals("none")
                ? new Sgd()
                : momentum.equals("nesterov") ? new Nesterov(0.9) : new Momentum(0.9),
            new WeightDecay(l2, false));
    for (ArrayMemory memory : ArrayMemory.values()) {
      isPyTorchs(oracle, table, rule, memory);
    }
  }

  private static void isPyTorchs(Oracle oracle, String table, Recipe rule, ArrayMemory memory) {
    double[][] gradients = oracle.rows("gradients");
    double[][] expected = oracle.rows(table);
    ParameterLayout layout = layout(WEIGHT, 5);
    INDArray weights = vector(oracle.vector("initial"));
    INDArray state = Nd4j.zeros(5);
    for (int update = 0; update < expected.length; update++) {
      INDArray sum = vector(gradients[update]).muli(4);
      apply(rule, memory, layout, weights, sum, state, 4, update);
      for (int i = 0; i < 5; i++) {
        assertThat(weights.getDouble(i))
            .as("%s, %s, update %d, weight %d", table, memory, update, i)
            .isCloseTo(expected[update][i], within(5e-7));
      }
    }
  }

  @Test
  void decaysWeightsOnlyUnlessToldOtherwise() {
    assertThat(afterZeroGradient(new WeightDecay(0.5, false)))
        .containsExactly(0.95f, 1, 1, 1, 1, 1);
    assertThat(afterZeroGradient(new WeightDecay(0.5, true)))
        .containsExactly(0.95f, 0.95f, 0.95f, 0.95f, 1, 1);
  }

  @Test
  void decayInTheGradientIsThatOfTheParametersGroup() {
    ParameterSlot slot = new ParameterSlot("a", "W", 0, 1, WEIGHT);
    ParameterLayout layout = new ParameterLayout(List.of(slot));
    ParameterGroup own = new ParameterGroup("a*", null, 1, null, 0.25, null, null, false);
    WeightDecay decay = new WeightDecay(0.5, false);
    assertThat(rule(new Sgd(), decay, layout).l2(slot)).isEqualTo(0.5);
    assertThat(rule(new Sgd(), decay, layout, own).l2(slot)).isEqualTo(0.25);
    assertThat(rule(new AdamW(0.9, 0.999, 1e-8), decay, layout).l2(slot)).isZero();
  }

  private static UpdateRule rule(
      Optimizer optimizer, WeightDecay decay, ParameterLayout layout, ParameterGroup... groups) {
    return new Recipe(CONSTANT, optimizer, decay, Clip.NONE, List.of(groups)).rule(layout);
  }

  @Test
  void statisticsTakeTheirGradientWithoutRateMomentumOrExamples() {
    ParameterLayout layout = layout(MEAN, 2, VARIANCE, 2);
    Recipe rule = new Recipe(CONSTANT, new Nesterov(0.9), new WeightDecay(0.5, true));
    INDArray weights = Nd4j.ones(4);
    INDArray state = Nd4j.zeros(4);
    for (int update = 0; update < 2; update++) {
      apply(
          rule, ArrayMemory.here(), layout, weights, Nd4j.valueArrayOf(4, 0.25), state, 8, update);
    }
    assertThat(weights.toFloatVector()).containsExactly(0.5f, 0.5f, 0.5f, 0.5f);
    assertThat(state.toFloatVector()).containsOnly(0);
  }

  @Test
  void centersTakeTheirGradientOverTheExamplesAndFrozenParametersNone() {
    ParameterLayout layout =
        new ParameterLayout(
            List.of(
                new ParameterSlot("v", "W", 0, 2, WEIGHT, true),
                new ParameterSlot("v", "mean", 2, 2, MEAN, true),
                new ParameterSlot("w", "cL", 4, 2, CENTER)));
    Recipe rule = new Recipe(CONSTANT, new Nesterov(0.9), new WeightDecay(0.5, true));
    INDArray weights = Nd4j.ones(6);
    INDArray state = Nd4j.zeros(6);
    apply(rule, ArrayMemory.here(), layout, weights, Nd4j.ones(6), state, 8, 0);
    assertThat(weights.toFloatVector()).containsExactly(1, 1, 1, 1, 0.875f, 0.875f);
    assertThat(state.toFloatVector()).containsOnly(0);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "0.9, false", "0.9, true"})
  void opsOfTheBackendGiveWhatTheHostPassGives(double momentum, boolean nesterov) {
    Optimizer optimizer =
        momentum == 0 ? new Sgd() : nesterov ? new Nesterov(momentum) : new Momentum(momentum);
    int length = 5000;
    INDArray weights = gaussian(length, 1);
    INDArray state = gaussian(length, 2);
    INDArray byOps = weights.dup();
    INDArray stateByOps = state.dup();
    UpdateStep step =
        new UpdateStep(optimizer, 3, 0.01, 0, new Moment(1, 0.1), 1, Double.POSITIVE_INFINITY);
    try (HostAccess w = HostAccess.writing(weights);
        HostAccess g = HostAccess.writing(gaussian(length, 3));
        HostAccess s = HostAccess.writing(state)) {
      new HostUpdate(Elements.of(w), Elements.of(g), Elements.of(s), length)
          .update(step, 100, 4900);
    }
    OpsUpdate.update(step, byOps, gaussian(length, 3), stateByOps, 100, 4900);
    assertThat(weights.sub(byOps).amaxNumber().doubleValue()).isLessThan(1e-6);
    assertThat(state.sub(stateByOps).amaxNumber().doubleValue()).isLessThan(1e-6);
    assertThat(weights.getFloat(99)).isEqualTo(gaussian(length, 1).getFloat(99));
    assertThat(weights.getFloat(4900)).isEqualTo(gaussian(length, 1).getFloat(4900));
    assertThat(weights.getFloat(4899)).isNotEqualTo(gaussian(length, 1).getFloat(4899));
  }

  @Test
  void acceptsViewsThatDoNotStartAtTheirBuffer() {
    INDArray whole = Nd4j.zeros(1, 30);
    INDArray weights = whole.get(NDArrayIndex.point(0), NDArrayIndex.interval(10, 20));
    Recipe recipe = new Recipe(CONSTANT, new Sgd(), new WeightDecay(0, false));
    apply(recipe, ArrayMemory.here(), layout(WEIGHT, 10), weights, Nd4j.ones(10), null, 1, 0);
    assertThat(whole.getFloat(9)).isZero();
    assertThat(whole.getFloat(10)).isEqualTo(-0.1f);
    assertThat(whole.getFloat(19)).isEqualTo(-0.1f);
    assertThat(whole.getFloat(20)).isZero();
  }

  @Test
  void refusesWhatIsNoFactor() {
    assertThatThrownBy(() -> new Nesterov(Double.NaN))
        .hasMessage("Invalid momentum: NaN (must be >= 0 and < 1)");
    assertThatThrownBy(() -> new Nesterov(1))
        .hasMessage("Invalid momentum: 1.0 (must be >= 0 and < 1)");
    assertThatThrownBy(() -> new WeightDecay(Double.NaN, true))
        .hasMessage("Invalid optimizer.weightDecay: NaN (must be finite and >= 0)");
  }

  private static float[] afterZeroGradient(WeightDecay decay) {
    INDArray weights = Nd4j.ones(6);
    apply(
        new Recipe(CONSTANT, new Sgd(), decay),
        ArrayMemory.here(),
        layout(WEIGHT, 1, BIAS, 1, GAMMA, 1, BETA, 1, MEAN, 1, VARIANCE, 1),
        weights,
        Nd4j.zeros(6),
        null,
        1,
        0);
    return weights.toFloatVector();
  }

  /** One update of a recipe, the {@code update}-th of its state. */
  public static void apply(
      Recipe recipe,
      ArrayMemory memory,
      ParameterLayout layout,
      INDArray weights,
      INDArray gradient,
      INDArray state,
      int examples,
      long update) {
    recipe
        .rule(layout)
        .apply(
            memory,
            layout,
            weights,
            gradient,
            state,
            examples,
            new Pace(recipe).moments(update, update + 1));
  }

  /** A layout of pairs (kind, length). */
  public static ParameterLayout layout(Object... pairs) {
    List<ParameterSlot> slots = new ArrayList<>();
    long offset = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      long length = (Integer) pairs[i + 1];
      slots.add(new ParameterSlot("v" + i, "p", offset, length, (ParameterSlot.Kind) pairs[i]));
      offset += length;
    }
    return new ParameterLayout(slots);
  }

  static INDArray vector(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Nd4j.createFromArray(floats);
  }

  private static INDArray gaussian(int length, long seed) {
    Random random = new Random(seed);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return Nd4j.createFromArray(values);
  }
}
