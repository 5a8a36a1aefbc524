package io.millrace.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** From where on something is said, and in which words. */
class ThresholdsTest {
  private static final GradientNorm GRADIENT = new GradientNorm(1e-3, 10);

  private static List<Double> rounds(int ones, int threes, double last) {
    List<Double> rounds = new ArrayList<>(Collections.nCopies(ones, 1.0));
    rounds.addAll(Collections.nCopies(threes, 3.0));
    rounds.add(last);
    return rounds;
  }

  @Test
  void theMedianIsOfTheLastHundredRounds() {
    assertThat(GRADIENT.warnings(rounds(50, 50, 19.9))).as("ten times 2").isEmpty();
    assertThat(GRADIENT.warnings(rounds(50, 50, 20.1))).hasSize(1);
    assertThat(GRADIENT.warnings(rounds(51, 50, 19.9))).as("still ten times 2").isEmpty();
    assertThat(GRADIENT.warnings(rounds(51, 49, 19.9))).as("ten times 1").hasSize(1);
  }

  @Test
  void theMedianIsThatOfRoundsInAnyOrder() {
    assertThat(GRADIENT.warnings(List.of(1.0, 1.0, 5.0, 1.0, 1.0, 12.0))).hasSize(1);
    assertThat(GRADIENT.warnings(List.of(5.0, 1.0, 1.0, 5.0, 5.0, 40.0))).isEmpty();
  }

  @Test
  void fewerThanFiveRoundsHaveNoMedianToExceed() {
    assertThat(GRADIENT.warnings(rounds(4, 0, 1e6))).isEmpty();
    assertThat(GRADIENT.warnings(rounds(5, 0, 10.1))).hasSize(1);
    assertThat(GRADIENT.warnings(rounds(5, 0, 25)).get(0).times()).isEqualTo(2.5);
    assertThat(GRADIENT.warnings(rounds(5, 0, Double.NaN)).get(0).times())
        .as("JSON has no infinity")
        .isEqualTo(Double.MAX_VALUE);
    assertThat(GRADIENT.warnings(rounds(5, 0, 9.9))).isEmpty();
  }

  private static final Layers LAYERS =
      new Layers(List.of("a.W", "b.W", "c.W"), List.of("a.W", "b.W", "c.W"));

  private static Course course(Map<String, Map<String, Double>> figures) {
    return new Course(LAYERS, List.of(figures));
  }

  @Test
  void driftIsSaidOfStatisticsThatAreNotYoung() {
    Map<String, Double> drift =
        Map.of("drift", 2.0, "mean_apart", 1.5, "deviation_factor", 3.0, "initial", 0.009);
    Map<String, Double> worse =
        Map.of("drift", 3.0, "mean_apart", 2.5, "deviation_factor", 4.0, "initial", 0.009);
    Map<String, Double> young =
        Map.of("drift", 9.0, "mean_apart", 9.0, "deviation_factor", 9.0, "initial", 0.011);
    List<Warning> warnings =
        new BatchNormDrift(1).warnings(course(Map.of("n1", drift, "n2", worse, "n3", young)));
    assertThat(warnings).singleElement().extracting(Warning::layers).isEqualTo(List.of("n2", "n1"));
    assertThat(warnings.get(0).found())
        .isEqualTo(
            "the running statistics of n2, n1 are not those of what goes in now (means 2.5"
                + " deviations apart, deviations a factor of 4.0).");
    assertThat(warnings.get(0).times()).isEqualTo(3);
    assertThat(new BatchNormDrift(1).warnings(course(Map.of("n3", young)))).isEmpty();
    assertThat(new BatchNormDrift(3).warnings(course(Map.of("n2", worse)))).isEmpty();
  }

  @Test
  void deadUnitsAreSaidInPercentOfTheWorstLayer() {
    List<Warning> warnings =
        new DeadUnits(0.4)
            .warnings(course(Map.of("r1", Map.of("dead", 0.5), "r2", Map.of("dead", 0.75))));
    assertThat(warnings).singleElement().extracting(Warning::layers).isEqualTo(List.of("r2", "r1"));
    assertThat(warnings.get(0).found())
        .isEqualTo("75 % of the ReLU channels of r2, r1 are 0 for every image of the sample.");
    assertThat(warnings.get(0).times()).isEqualTo(0.75 / 0.4);
    assertThat(new DeadUnits(0.4).warnings(course(Map.of("r1", Map.of("dead", 0.4))))).isEmpty();
  }

  @Test
  void vanishingIsSaidOfTheFirstAgainstTheLast() {
    Map<String, Double> one = Map.of("rms", 1.0);
    List<Warning> warnings =
        GRADIENT.warnings(
            course(Map.of("a.W", Map.of("rms", 4e-3), "b.W", one, "c.W", Map.of("rms", 10.0))));
    assertThat(warnings).singleElement().extracting(Warning::layers).isEqualTo(List.of("a.W"));
    assertThat(warnings.get(0).found())
        .isEqualTo("the gradient of a.W is 0.0004 times that of c.W.");
    assertThat(warnings.get(0).times()).isCloseTo(2.5, within(1e-9));
    assertThat(
            GRADIENT.warnings(course(Map.of("a.W", one, "b.W", Map.of("rms", 1e-4), "c.W", one))))
        .isEmpty();
    Map<String, Map<String, Double>> two = Map.of("a.W", Map.of("rms", 1e-4), "b.W", one);
    Layers pair = new Layers(List.of("a.W", "b.W"), List.of());
    Layers single = new Layers(List.of("a.W"), List.of());
    assertThat(GRADIENT.warnings(new Course(pair, List.of(two)))).hasSize(1);
    assertThat(GRADIENT.warnings(new Course(single, List.of(two)))).isEmpty();
  }

  @Test
  void aRateThatIsTooHighIsSaidWithAFactorToLowerItBy() {
    UpdateRatio ratio = new UpdateRatio(0.1, 1e-5);
    Map<String, Double> fast = Map.of("ratio", 0.45, "gradient_ratio", 1.0);
    Map<String, Double> faster = Map.of("ratio", 0.53, "gradient_ratio", 1.0);
    List<Warning> warnings =
        ratio.warnings(course(Map.of("a.W", fast, "b.W", faster, "a.b", faster)));
    assertThat(warnings)
        .singleElement()
        .extracting(Warning::layers)
        .isEqualTo(List.of("b.W", "a.W"));
    assertThat(warnings.get(0).found())
        .isEqualTo("an update moves b.W, a.W by 0.53 of their norm (about 0.001 is healthy).");
    assertThat(warnings.get(0).advice()).contains("by a factor of 6 or so");
    assertThat(warnings.get(0).times()).isCloseTo(5.3, within(1e-9));
    Map<String, Double> hardly = Map.of("ratio", 0.101, "gradient_ratio", 1.0);
    assertThat(ratio.warnings(course(Map.of("a.W", hardly))).get(0).advice())
        .contains("by a factor of 2 or so");
  }

  @Test
  void aRateIsTooLowOnlyWhereAGradientPulls() {
    UpdateRatio ratio = new UpdateRatio(0.1, 1e-5);
    for (double pull : new double[] {0.9e-4, 1.1e-4}) {
      Map<String, Double> slow = Map.of("ratio", 4e-6, "gradient_ratio", pull);
      List<Warning> warnings = ratio.warnings(course(Map.of("a.W", slow)));
      assertThat(warnings).allSatisfy(each -> assertThat(each.times()).isBetween(2.49, 2.51));
      assertThat(warnings)
          .extracting(Warning::found)
          .isEqualTo(
              pull < 1e-4
                  ? List.of()
                  : List.of(
                      "an update moves no weights by more than 4e-06 of their norm (about 0.001 is"
                          + " healthy)."));
    }
  }
}
