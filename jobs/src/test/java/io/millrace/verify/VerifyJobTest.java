package io.millrace.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.exchange.Wire;
import io.millrace.recipe.Adam;
import io.millrace.recipe.Clip;
import io.millrace.recipe.Decay;
import io.millrace.recipe.Lamb;
import io.millrace.recipe.Lars;
import io.millrace.recipe.Lion;
import io.millrace.recipe.Moment;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.ParameterGroup;
import io.millrace.recipe.Recipe;
import io.millrace.recipe.Sgd;
import io.millrace.recipe.Stock;
import io.millrace.recipe.Swats;
import io.millrace.recipe.WeightDecay;
import io.millrace.settings.OneOf;
import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;

class VerifyJobTest {
  private final JavaSparkContext spark =
      JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext());
  private final RunConfig config =
      ConfigReader.read("verify.yaml", "name: verify\noptimizer: {weightDecay: 1e-2}", List.of());

  private final RunConfig gradients =
      ConfigReader.read(
          "verify.yaml",
          "name: verify\noptimizer: {weightDecay: 1e-2}\naveraging: {exchange: gradients}",
          List.of());

  @Test
  void workersAreOneProcessOnOpsToo() {
    RunConfig ops =
        ConfigReader.read(
            "verify.yaml",
            "name: verify\noptimizer: {weightDecay: 1e-2}\ntraining: {fastPath: ops}",
            List.of());
    VerifyReport report = VerifyJob.run(spark, ops, List.of(new Nesterov(0.9)), 1, 4, false);
    assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
  }

  @Test
  void workersAreOneProcess() {
    VerifyReport report = VerifyJob.run(spark, config, false);
    assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
    assertThat(report.rows()).hasSize(12).extracting(VerifyReport.Row::updates).containsOnly(20L);
    assertThat(report.lines().get(13)).startsWith("verify=pass max_abs_diff=");
  }

  /** The command verifies all; here one of each way to make a step. */
  @Test
  void underGradientsTheyAreOneProcessForEveryOptimiser() {
    List<Optimizer> all = VerifyJob.recipe(gradients).kinds();
    assertThat(all).hasSize(Optimizer.class.getAnnotation(OneOf.class).value().length);
    List<Optimizer> some =
        all.stream()
            .filter(
                each ->
                    each instanceof Adam
                        || each instanceof Lars
                        || each instanceof Lamb
                        || each instanceof Swats)
            .toList();
    VerifyReport report = VerifyJob.run(spark, gradients, some, 3, 3, false);
    assertThat(report.rows()).hasSize(4);
    assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
    assertThat(report.maxAbsDiff()).isZero();
    assertThat(report.rows())
        .allSatisfy(row -> assertThat(row.gradient()).isGreaterThan(0).isLessThan(1e-5));
  }

  /** A user's own. */
  public record Halved() implements Optimizer {
    @Override
    public int stateVectors() {
      return 0;
    }

    @Override
    public boolean isLinear() {
      return true;
    }

    @Override
    public Stock stock(double rate) {
      return new Sgd().stock(rate);
    }

    @Override
    public void direction(
        float[] gradient, float[] weights, float[][] state, int length, Moment now) {
      for (int i = 0; i < length; i++) {
        gradient[i] /= 2;
      }
    }
  }

  @Test
  void anOptimiserOfAUsersOwnClassIsVerifiedToo() {
    String own = "optimizer.kind=" + Halved.class.getName();
    List<Optimizer> kinds = VerifyJob.recipe(ConfigReader.read("v", "", List.of(own))).kinds();
    assertThat(kinds).hasSize(4).endsWith(new Halved());
  }

  @Test
  void differencesAreOneProcessButForTheirRounding() {
    RunConfig differences =
        ConfigReader.read("verify.yaml", "averaging: {exchange: differences}", List.of());
    VerifyReport report =
        VerifyJob.run(spark, differences, List.of(new Nesterov(0.9)), 1, 2, false);
    assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
  }

  @Test
  void underGradientsTheDifferenceIsSeenToo() {
    VerifyReport report = VerifyJob.run(spark, gradients, List.of(new Lion(0.9, 0.99)), 2, 2, true);
    assertThat(report.passed()).isFalse();
  }

  @Test
  void withoutWeightsTheDifferenceIsSeen() {
    VerifyReport report = VerifyJob.run(spark, config, List.of(new Sgd()), 1, 4, true);
    assertThat(report.rows())
        .allSatisfy(row -> assertThat(row.passed()).isEqualTo(row.workers() == 1));
    assertThat(report.lines().get(5)).startsWith("verify=fail max_abs_diff=");
  }

  private static RunConfig config(String... overrides) {
    return ConfigReader.read("verify.yaml", "name: verify", List.of(overrides));
  }

  private static final String GROUPS =
      "optimizer.groups=[{layers: '0', rate: 3, weightDecay: 0.1}, {names: 'output*', rate: 2},"
          + " {names: '*.b', momentum: 0.5, schedule: {one-cycle: {}}}, {names: classes.b, frozen: true}]";

  @Test
  void clippingDecayGroupsAndWidthAreThoseOfTheConfig() {
    RunConfig given =
        config(
            "averaging={exchange: gradients, wire: bf16}",
            "optimizer={clipNorm: 0.5, clipValue: 0.05, weightDecay: 1e-2, decay: decoupled}",
            "optimizer.groups=[{layers: '0', rate: 3, weightDecay: 0.1}, {names: '*.b', momentum: 0.5}]");
    VerifiedRecipe verified = VerifyJob.recipe(given);
    Recipe recipe = verified.recipe(new Nesterov(0.9));
    assertThat(recipe.clip()).isEqualTo(new Clip(0.5, 0.05));
    assertThat(recipe.decay()).isEqualTo(new WeightDecay(1e-2, false, Decay.DECOUPLED));
    assertThat(recipe.groups()).isEqualTo(given.optimizer().groups());
    assertThat(verified.wire()).isEqualTo(Wire.BF16);
    assertThat(verified.leftOut()).isEmpty();
    VerifyReport report =
        VerifyJob.run(
            spark, given, List.of(new Nesterov(0.9), new Adam(0.9, 0.999, 1e-8)), 2, 2, false);
    assertThat(report.passed()).as(String.join("\n", report.lines())).isTrue();
    assertThat(report.maxAbsDiff()).isZero();
  }

  @Test
  void whatIsNotVerifiedIsSaidByName() {
    RunConfig given =
        config(
            "optimizer={kind: adam, clipNorm: 1, clipValue: 0.5}",
            "averaging={every: 8, state: local-reset, exchange: differences, wire: bf16}",
            "averaging.outer={slow-mo: {beta: 0.5}}");
    assertThat(VerifyJob.recipe(given).kinds()).hasSize(3).allMatch(Optimizer::isLinear);
    assertThat(VerifyJob.recipe(given).recipe(new Sgd()).clip()).isEqualTo(Clip.NONE);
    assertThat(VerifyJob.recipe(given).leftOut())
        .containsExactly(
            "optimizer.kind: adam, which is not linear in the gradient",
            "optimizer.clipNorm: 1, which is not linear in the gradient",
            "optimizer.clipValue: 0.5, which is not linear in the gradient",
            "averaging.every: 8, which lets workers drift",
            "averaging.state: local-reset, which forgets what one process keeps",
            "averaging.wire: bf16, which rounds what workers send",
            "averaging.outer: slow-mo beta 0.5, alpha 1.0, nesterov false, which goes beyond the"
                + " average");
    VerifyReport report = new VerifyReport(List.of(), List.of("averaging.wire: bf16"));
    assertThat(report.lines()).startsWith("not verified: averaging.wire: bf16");
  }

  @Test
  void aGroupThatDoesNotGoWithItsNetworkIsLeftOutAndItsReasonSaid() {
    VerifiedRecipe recipe = VerifyJob.recipe(config(GROUPS));
    assertThat(recipe.leftOut())
        .containsExactly(
            "optimizer.groups[1]: output* takes no parameter (must match one that no rule before it"
                + " takes; the layers are convolution, classes)",
            "optimizer.groups[2]: 5 updates of warm-up (must be 0 with one-cycle, which has its"
                + " own)");
    assertThat(recipe.recipe(new Sgd()).groups())
        .extracting(ParameterGroup::names)
        .containsExactly(null, "classes.b");
  }

  @Test
  void aKindWithoutMomentumHasTheGroupsWithoutIt() {
    VerifiedRecipe recipe =
        VerifyJob.recipe(config("optimizer.groups=[{names: '*.b', momentum: 0.5, rate: 2}]"));
    assertThat(recipe.leftOut()).isEmpty();
    assertThat(recipe.recipe(new Nesterov(0.9)).groups().get(0).momentum()).isEqualTo(0.5);
    assertThat(recipe.recipe(new Sgd()).groups().get(0).momentum()).isNull();
    assertThat(recipe.recipe(new Sgd()).groups().get(0).rate()).isEqualTo(2);
  }
}
