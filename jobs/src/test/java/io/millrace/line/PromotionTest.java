package io.millrace.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.line.PairedBootstrap.Interval;
import io.millrace.recipe.Oracle;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures of scipy and statsmodels, and the rule of promotion. */
class PromotionTest {
  private static final PairedBootstrap BOOTSTRAP = new PairedBootstrap(10_000, 1);

  static Stream<JsonNode> cases() {
    return StreamSupport.stream(new Oracle("promotion.json").node("cases").spliterator(), false);
  }

  private static Paired table(JsonNode each) {
    return new Paired(
        each.get("both").asLong(),
        each.get("gained").asLong(),
        each.get("lost").asLong(),
        each.get("neither").asLong());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theExactTestIsThatOfStatsmodels(JsonNode each) {
    double p = each.get("p").asDouble();
    assertThat(McNemar.p(table(each))).isCloseTo(p, within(1e-10 * p));
  }

  /** A quantile of 10,000 draws is off by a tenth of the deviation in one of a million. */
  @ParameterizedTest
  @MethodSource("cases")
  void theIntervalIsThatOfScipy(JsonNode each) {
    Paired table = table(each);
    Interval interval = BOOTSTRAP.difference(table);
    double error = each.get("standard_error").asDouble();
    double step = 1.0 / table.examples();
    assertThat(table.difference()).isCloseTo(each.get("difference").asDouble(), within(1e-12));
    assertThat(interval.low()).isCloseTo(each.get("low").asDouble(), within(step + error / 10));
    assertThat(interval.high()).isCloseTo(each.get("high").asDouble(), within(step + error / 10));
  }

  @Test
  void theSameSeedGivesTheSameIntervalAndAnotherOneAnother() {
    Paired table = new Paired(850, 40, 30, 80);
    PairedBootstrap few = new PairedBootstrap(100, 7);
    assertThat(few.difference(table)).isEqualTo(new PairedBootstrap(100, 7).difference(table));
    assertThat(few.difference(table)).isNotEqualTo(new PairedBootstrap(100, 8).difference(table));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> few.difference(new Paired(0, 0, 0, 0)))
        .withMessage("Cannot compare two models on no examples");
  }

  @Test
  void answersArePairedOneByOne() {
    boolean[] challenger = {true, true, false, false, true};
    boolean[] champion = {true, false, true, false, true};
    Paired table = Paired.of(challenger, champion);
    assertThat(table).isEqualTo(new Paired(2, 1, 1, 1));
    assertThat(table.challenger()).isEqualTo(0.6);
    assertThat(table.champion()).isEqualTo(0.6);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Paired.of(challenger, new boolean[4]))
        .withMessage("Cannot pair 5 answers with 4");
  }

  private static Comparison comparison(String night, Paired table) {
    return Comparison.of(night, "abc", table, BOOTSTRAP);
  }

  @Test
  void equalModelsArePromotedAndOneThatMayBeMuchWorseIsNot() {
    Comparison equal = comparison("2026-11-21", new Paired(900, 0, 0, 100));
    assertThat(Promotion.by(List.of(equal), 0, 100))
        .isEqualTo(
            new Promotion(
                true,
                "as good as the champion on the images of 2026-11-21, at worst +0.00; the margin"
                    + " allows 0.00"));
    Comparison wide = comparison("2026-11-21", new Paired(850, 40, 40, 70));
    assertThat(Promotion.by(List.of(wide), 0.5, 100).promotes()).isFalse();
    assertThat(Promotion.by(List.of(wide), 3, 100).promotes()).isTrue();
  }

  @Test
  void whatIsLostOnLastNightsImagesKeepsTheChampion() {
    Comparison better = comparison("2026-11-21", new Paired(800, 100, 0, 100));
    Comparison forgotten = comparison("2026-11-20", new Paired(500, 0, 300, 200));
    Promotion kept = Promotion.by(List.of(better, forgotten), 0.5, 100);
    assertThat(kept.promotes()).isFalse();
    assertThat(kept.why())
        .startsWith("30.00 points worse on the images of 2026-11-20, at worst -32.")
        .endsWith("; the margin allows -0.50");
    assertThat(Promotion.by(List.of(better), 0.5, 100).why())
        .startsWith("10.00 points better on the images of 2026-11-21, at worst +8.");
  }

  @Test
  void tooFewImagesTellNothing() {
    Comparison few = comparison("2026-11-21", new Paired(50, 10, 0, 0));
    assertThat(Promotion.by(List.of(few), 0.5, 100))
        .isEqualTo(
            new Promotion(
                false,
                "only 60 images of 2026-11-21 are held out, and line.leastHeldOut asks for 100"));
  }

  /** A bound that rounding alone puts below the margin is at it. */
  @Test
  void aBoundThatIsTheMarginHolds() {
    Comparison edge = new Comparison("n", "d", new Paired(999, 0, 1, 0), -0.005, 0, 1);
    assertThat(Promotion.by(List.of(edge), 0.5, 100).promotes()).isTrue();
    Comparison below = new Comparison("n", "d", new Paired(999, 0, 1, 0), -0.00501, 0, 1);
    assertThat(Promotion.by(List.of(below), 0.5, 100).promotes()).isFalse();
    Comparison unknown = new Comparison("n", "d", new Paired(999, 0, 1, 0), Double.NaN, 0, 1);
    assertThat(Promotion.by(List.of(unknown), 0.5, 100).promotes()).isFalse();
  }
}
