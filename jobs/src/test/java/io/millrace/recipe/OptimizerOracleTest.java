package io.millrace.recipe;

import static io.millrace.model.ParameterSlot.Kind.BETA;
import static io.millrace.model.ParameterSlot.Kind.BIAS;
import static io.millrace.model.ParameterSlot.Kind.GAMMA;
import static io.millrace.model.ParameterSlot.Kind.WEIGHT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.backend.ArrayMemory;
import io.millrace.model.ParameterLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Twelve updates of five parameters by each optimiser, held against PyTorch, timm and numpy. */
class OptimizerOracleTest {
  private static final Oracle ORACLE = new Oracle("optimizers_recipe.json");
  private static final ParameterLayout LAYOUT =
      UpdateRuleTest.layout(WEIGHT, 24, GAMMA, 3, BETA, 3, WEIGHT, 12, BIAS, 4);

  /** A case of the table. */
  record Case(
      String table,
      Optimizer optimizer,
      WeightDecay decay,
      double scale,
      Clip clip,
      List<ParameterGroup> groups) {
    Case(String table, Optimizer optimizer, double decay) {
      this(table, optimizer, new WeightDecay(decay, false), 1, Clip.NONE, List.of());
    }

    Case everywhere() {
      return new Case(table, optimizer, new WeightDecay(decay.factor(), true), scale, clip, groups);
    }

    Case decoupled() {
      WeightDecay beside = new WeightDecay(decay.factor(), false, Decay.DECOUPLED);
      return new Case(table, optimizer, beside, scale, clip, groups);
    }

    Case scaled(double by) {
      return new Case(table, optimizer, decay, by, clip, groups);
    }

    Case clipped(double norm, double value) {
      return new Case(table, optimizer, decay, scale, new Clip(norm, value), groups);
    }

    /** With a tenth of the rate for all but the last layer. */
    Case slowBackbone() {
      var backbone = new ParameterGroup(null, "0..2", 0.1, null, null, null, null, false);
      return new Case(table, optimizer, decay, scale, clip, List.of(backbone));
    }

    @Override
    public String toString() {
      return table;
    }
  }

  private static Lars lars(boolean nesterov, boolean trustClip, boolean always) {
    return new Lars(0.9, 0.02, 1e-8, nesterov, trustClip, always);
  }

  private static Lamb lamb(boolean correction, boolean trustClip, boolean always) {
    return new Lamb(0.9, 0.999, 1e-6, correction, trustClip, always);
  }

  static Stream<Case> cases() {
    double none = Double.POSITIVE_INFINITY;
    Adam adam = new Adam(0.9, 0.999, 1e-8);
    AdamW adamW = new AdamW(0.9, 0.999, 1e-8);
    AmsGrad amsGrad = new AmsGrad(0.9, 0.999, 1e-8);
    NAdam nadam = new NAdam(0.9, 0.999, 1e-8, 4e-3);
    RAdam radam = new RAdam(0.9, 0.999, 1e-8);
    return Stream.of(
        new Case("sgd_l2_0.01", new Sgd(), 0.01),
        new Case("momentum_0.9_l2_0.01", new Momentum(0.9), 0.01),
        new Case("nesterov_0.9_l2_0.01", new Nesterov(0.9), 0.01),
        new Case("nesterov_0.9_decoupled_0.01", new Nesterov(0.9), 0.01).decoupled(),
        new Case("nesterov_0.9_l2_0.01_backbone_rate_0.1", new Nesterov(0.9), 0.01).slowBackbone(),
        new Case("adam_backbone_rate_0.1", adam, 0).slowBackbone(),
        new Case("adamw_0.05_backbone_rate_0.1", adamW, 0.05).slowBackbone(),
        new Case("adamw_0.01_amsgrad", amsGrad, 0.01).decoupled(),
        new Case("radam_decoupled_0.01", radam, 0.01).decoupled(),
        new Case("adam", adam, 0),
        new Case("adam_l2_0.01", adam, 0.01),
        new Case("adam_l2_0.01_on_everything", adam, 0.01).everywhere(),
        new Case("adam_b2_0.9", new Adam(0.9, 0.9, 1e-8), 0),
        new Case("amsgrad", amsGrad, 0),
        new Case("amsgrad_b2_0.9", new AmsGrad(0.9, 0.9, 1e-8), 0),
        new Case("amsgrad_l2_0.01", amsGrad, 0.01),
        new Case("adamw_0.01", adamW, 0.01),
        new Case("nadam", nadam, 0),
        new Case("nadam_l2_0.01", nadam, 0.01),
        new Case("radam", radam, 0),
        new Case("radam_b2_0.9", new RAdam(0.9, 0.9, 1e-8), 0),
        new Case("adagrad", new Adagrad(1e-10, 0, 0), 0),
        new Case("adagrad_l2_0.01_accumulator0.1_lrdecay0.01", new Adagrad(1e-10, 0.1, 0.01), 0.01),
        new Case("adadelta_rho0.9_eps1e-6", new Adadelta(0.9, 1e-6), 0).scaled(10),
        new Case("adadelta_rho0.95_eps1e-6_l2_0.01", new Adadelta(0.95, 1e-6), 0.01).scaled(10),
        new Case("rmsprop_alpha0.99_eps1e-8", new RmsProp(0.99, 1e-8, 0, false), 0),
        new Case("rmsprop_alpha0.9_l2_0.01", new RmsProp(0.9, 1e-8, 0, false), 0.01),
        new Case("rmsprop_alpha0.9_momentum0.9", new RmsProp(0.9, 1e-8, 0.9, false), 0),
        new Case("rmsprop_centered_alpha0.9", new RmsProp(0.9, 1e-8, 0, true), 0),
        new Case(
            "rmsprop_centered_alpha0.9_momentum0.9_l2_0.01",
            new RmsProp(0.9, 1e-8, 0.9, true),
            0.01),
        new Case("lars_timm_momentum0.9_wd0.01", lars(false, false, false), 0.01).scaled(10),
        new Case("lars_timm_trust_clip", lars(false, true, false), 0.01).scaled(10),
        new Case("lars_timm_nesterov", lars(true, false, false), 0.01).scaled(10),
        new Case("lars_timm_always_adapt", lars(false, false, true), 0.01).scaled(10),
        new Case("lamb_timm_default_wd0.01", lamb(true, false, false), 0.01).clipped(1, none),
        new Case("lamb_no_clip_wd0.01", lamb(true, false, false), 0.01),
        new Case("lamb_no_clip_always_adapt_wd0.01", lamb(true, false, true), 0.01),
        new Case("lamb_trust_clip_wd0.01", lamb(true, true, false), 0.01),
        new Case("lamb_no_bias_correction_wd0.01", lamb(false, false, false), 0.01),
        new Case("lion_0.01", new Lion(0.9, 0.99), 0.01).scaled(0.1),
        new Case("sgd_clip_global_norm_1.0", new Sgd(), 0.01).clipped(1, none),
        new Case("sgd_clip_value_0.25", new Sgd(), 0.01).clipped(none, 0.25),
        new Case("nesterov_clip_global_norm_2.0", new Nesterov(0.9), 0.01).clipped(2, none));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isWhatTheTableSays(Case one) {
    for (ArrayMemory memory : ArrayMemory.values()) {
      isWhatTheTableSays(one, memory);
    }
  }

  private static void isWhatTheTableSays(Case one, ArrayMemory memory) {
    double[] rates = ORACLE.vector("rates");
    double[][] gradients = ORACLE.rows("gradients");
    double[][] expected = ORACLE.rows("cases/" + one.table + "/rows");
    Recipe recipe =
        new Recipe(
            update -> one.scale * rates[(int) update],
            one.optimizer,
            one.decay,
            one.clip,
            one.groups);
    INDArray weights = UpdateRuleTest.vector(ORACLE.vector("initial"));
    long elements = recipe.rule(LAYOUT).stateLength(LAYOUT);
    INDArray state = elements == 0 ? null : Nd4j.zeros(elements);
    for (int update = 0; update < expected.length; update++) {
      INDArray sum = UpdateRuleTest.vector(gradients[update]).muli(4);
      UpdateRuleTest.apply(recipe, memory, LAYOUT, weights, sum, state, 4, update);
      for (int i = 0; i < expected[update].length; i++) {
        double value = expected[update][i];
        assertThat(weights.getDouble(i))
            .as("%s, %s, update %d, element %d", one.table, memory, update, i)
            .isCloseTo(value, within(3e-6 * Math.max(1, Math.abs(value))));
      }
    }
  }

  /** Each optimiser that a config may choose has a table. */
  @Test
  void noneIsLeftOut() {
    Set<Class<?>> held = new HashSet<>();
    cases().forEach(one -> held.add(one.optimizer.getClass()));
    held.add(Swats.class); // its tables are those of SwatsTest
    Set<Class<?>> offered =
        new HashSet<>(
            Arrays.asList(Optimizer.class.getAnnotation(io.millrace.settings.OneOf.class).value()));
    assertThat(held).isEqualTo(offered);
    assertThat(List.copyOf(held)).hasSizeGreaterThan(13);
  }
}
