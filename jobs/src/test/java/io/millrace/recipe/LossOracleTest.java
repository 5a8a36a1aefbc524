package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.recipe.BinaryCrossEntropy.Over;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Losses and their gradients by logits, held against PyTorch, torchvision and timm in double. */
class LossOracleTest {
  private static final Oracle ORACLE = new Oracle("losses_recipe.json");
  private static final double[][] LOGITS = ORACLE.rows("logits");
  private static final int ROWS = LOGITS.length;
  private static final int CLASSES = LOGITS[0].length;

  /** What the labels become before the loss sees them. */
  enum Targets {
    HARD,
    SMOOTHED,
    MIXED,
    CUT,
    SMOOTHED_CUT,
    SMOOTHED_OTHERS;

    double[][] rows() {
      return switch (this) {
        case HARD -> mixed(1, 0);
        case SMOOTHED -> mixed(1, 0.1);
        case MIXED -> mixed(0.3, 0);
        case CUT -> ORACLE.rows("cutmix/targets");
        case SMOOTHED_CUT -> ORACLE.rows("cutmix_smoothing_0.1/targets");
        case SMOOTHED_OTHERS -> ORACLE.rows("smoothing_0.1_over_K_minus_1/targets");
      };
    }
  }

  /** A case of the table. */
  record Case(String table, Loss loss, Targets targets, boolean weighted) {
    @Override
    public String toString() {
      return table;
    }
  }

  static Stream<Case> cases() {
    Loss entropy = new CrossEntropy();
    return Stream.of(
        new Case("cutmix", entropy, Targets.CUT, false),
        new Case("cutmix_smoothing_0.1", entropy, Targets.SMOOTHED_CUT, false),
        new Case("smoothing_0.1_over_K_minus_1", entropy, Targets.SMOOTHED_OTHERS, false),
        new Case("class_weights_hard", entropy, Targets.HARD, true),
        new Case("class_weights_smoothing_0.1", entropy, Targets.SMOOTHED, true),
        new Case("focal_gamma0.5", new Focal(0.5), Targets.HARD, false),
        new Case("focal_gamma2.0", new Focal(2), Targets.HARD, false),
        new Case("focal_gamma5.0", new Focal(5), Targets.HARD, false),
        new Case("focal_gamma2_class_weights", new Focal(2), Targets.HARD, true),
        new Case("focal_gamma2_mixup_0.3", new Focal(2), Targets.MIXED, false),
        new Case("focal_sigmoid_alpha0.25_gamma2", new SigmoidFocal(2, 0.25), Targets.HARD, false),
        new Case(
            "bce_smoothing_0.1", new BinaryCrossEntropy(null, Over.MEAN), Targets.SMOOTHED, false),
        new Case("bce_sum_classes", new BinaryCrossEntropy(null, Over.SUM), Targets.HARD, false),
        new Case(
            "bce_mixup_threshold_0.2",
            new BinaryCrossEntropy(0.2, Over.MEAN),
            Targets.MIXED,
            false));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void lossAndGradientAgreeWithTheTable(Case each) {
    double[] weights = each.weighted ? ORACLE.vector("class_weights_mean1") : new double[CLASSES];
    if (!each.weighted) {
      Arrays.fill(weights, 1);
    }
    double[][] targets = each.targets.rows();
    double[][] expected = ORACLE.rows(each.table + "/grad_logits");
    double loss = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] gradient = new double[CLASSES];
      loss += each.loss.of(targets[row], LOGITS[row], weights, gradient) / ROWS;
      for (int k = 0; k < CLASSES; k++) {
        assertThat(gradient[k] / ROWS).isEqualTo(expected[row][k], within(1e-9));
      }
    }
    assertThat(loss).isEqualTo(ORACLE.number(each.table + "/loss"), within(1e-9));
  }

  static Stream<String> distillations() {
    Stream.Builder<String> tables = Stream.builder();
    for (String hard : List.of("0.5", "0.9", "0.0")) {
      for (String temperature : List.of("1.0", "4.0", "20.0")) {
        tables.add("ce_h%s_T%s".formatted(hard, temperature));
      }
    }
    return tables.add("ce_h0.5_T20_mixup_0.3_smoothing_0.1").build();
  }

  @ParameterizedTest
  @MethodSource("distillations")
  void distillationAgreesWithTheTable(String table) {
    String path = "distillation/" + table;
    Distillation distillation =
        new Distillation(
            ORACLE.number(path + "/temperature"), ORACLE.number(path + "/hard_weight"));
    double[][] teacher = ORACLE.rows("teacher_logits");
    double[][] targets = table.endsWith("smoothing_0.1") ? mixed(0.3, 0.1) : mixed(1, 0);
    double[][] expected = ORACLE.rows(path + "/grad_logits");
    double[] ones = new double[CLASSES];
    Arrays.fill(ones, 1);
    double loss = 0;
    for (int row = 0; row < ROWS; row++) {
      double[] gradient = new double[CLASSES];
      double hard = new CrossEntropy().of(targets[row], LOGITS[row], ones, gradient);
      loss += distillation.of(hard, teacher[row], LOGITS[row], gradient) / ROWS;
      for (int k = 0; k < CLASSES; k++) {
        assertThat(gradient[k] / ROWS).isEqualTo(expected[row][k], within(1e-9));
      }
    }
    assertThat(loss).isEqualTo(ORACLE.number(path + "/loss"), within(1e-7));
  }

  private static double[][] mixed(double own, double epsilon) {
    double[] labels = ORACLE.vector("labels");
    double[][] rows = new double[ROWS][CLASSES];
    for (int row = 0; row < ROWS; row++) {
      for (int k = 0; k < CLASSES; k++) {
        double mixed =
            own * (labels[row] == k ? 1 : 0) + (1 - own) * (labels[ROWS - 1 - row] == k ? 1 : 0);
        rows[row][k] = (1 - epsilon) * mixed + epsilon / CLASSES;
      }
    }
    return rows;
  }

  /** Losses without a table of their own would not be seen above. */
  static List<Loss> all() {
    return cases().map(Case::loss).distinct().toList();
  }
}
