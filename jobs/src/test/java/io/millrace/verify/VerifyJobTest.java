package io.millrace.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.SharedSpark;
import io.millrace.config.ConfigReader;
import io.millrace.config.RunConfig;
import io.millrace.recipe.Adam;
import io.millrace.recipe.Lamb;
import io.millrace.recipe.Lars;
import io.millrace.recipe.Lion;
import io.millrace.recipe.Moment;
import io.millrace.recipe.Nesterov;
import io.millrace.recipe.Optimizer;
import io.millrace.recipe.Sgd;
import io.millrace.recipe.Stock;
import io.millrace.recipe.Swats;
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
    List<Optimizer> all = VerifyJob.kinds(gradients);
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
    List<Optimizer> kinds = VerifyJob.kinds(ConfigReader.read("v", "", List.of(own)));
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
}
