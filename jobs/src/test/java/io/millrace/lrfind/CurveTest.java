package io.millrace.lrfind;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.recipe.Oracle;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class CurveTest {
  private static final RangeTest TEST = new RangeTest(1e-5, 10, 100, 0.9, 4);
  private final Oracle oracle = new Oracle("range_test.json");

  private static Curve curve(RangeTest test, IntToDoubleFunction loss) {
    Curve curve = new Curve(test);
    int i = 0;
    while (curve.add(loss.applyAsDouble(i))) {
      i++;
    }
    return curve;
  }

  @Test
  void ratesAndSmoothedLossesAreThoseOfTheTable() {
    double[] losses = oracle.vector("losses");
    Curve curve = curve(TEST, i -> losses[i]);
    double[] rates = oracle.vector("rates");
    double[] smoothed = oracle.vector("smoothed");
    assertThat(curve.points()).hasSize(100);
    for (int i = 0; i < 100; i++) {
      assertThat(curve.points().get(i).rate()).isCloseTo(rates[i], within(1e-14 * rates[i]));
      assertThat(curve.points().get(i).loss()).isEqualTo(losses[i]);
      assertThat(curve.points().get(i).smoothed()).isCloseTo(smoothed[i], within(1e-13));
    }
  }

  @Test
  void theSuggestionIsThatOfTheTable() {
    double[] losses = oracle.vector("losses");
    Curve curve = curve(TEST, i -> losses[i]);
    assertThat(curve.leastAt()).hasValue((int) oracle.number("index_of_minimum"));
    assertThat(curve.steepestAt()).hasValue((int) oracle.number("index_of_steepest"));
    Curve.Suggestion suggestion = curve.suggestion().orElseThrow();
    assertThat(suggestion.steepest()).isCloseTo(oracle.number("rate_of_steepest"), within(1e-15));
    assertThat(suggestion.tenthOfLeast())
        .isCloseTo(oracle.number("rate_of_minimum_over_10"), within(1e-15));
    assertThat(suggestion.rate()).isCloseTo(oracle.number("suggestion"), within(1e-15));
    assertThat(suggestion.isDoubtful()).isFalse();
  }

  @Test
  void theTestEndsWhereTheTableSays() {
    double[] losses = oracle.vector("losses");
    Curve curve = curve(TEST, i -> losses[i]);
    assertThat(curve.hasRisen()).isTrue();
    assertThat(curve.points()).hasSize((int) oracle.number("stop_index") + 1);
    Curve longer = curve(new RangeTest(1e-5, 10, 100, 0.9, 4.5), i -> losses[i]);
    assertThat(longer.hasRisen()).isFalse();
    Curve shorter = curve(new RangeTest(1e-5, 10, 100, 0.9, 2), i -> losses[i]);
    assertThat(shorter.hasRisen()).isTrue();
    assertThat(shorter.points()).hasSizeLessThan(99);
  }

  @Test
  void aLossThatIsNoNumberEndsTheTestAndDoesNotHideWhatCameBefore() {
    double[] losses = oracle.vector("losses");
    Curve curve = curve(TEST, i -> i == 90 ? Double.POSITIVE_INFINITY : losses[i]);
    assertThat(curve.points()).hasSize(91);
    assertThat(curve.hasRisen()).isTrue();
    assertThat(curve.suggestion().orElseThrow().rate())
        .isCloseTo(oracle.number("suggestion"), within(1e-15));
  }

  @Test
  void theSmallerOfBothRulesIsTakenAndAWideGapIsSaid() {
    // Falls most at the beginning, and then for long a little.
    Curve early = curve(new RangeTest(1e-4, 1, 81, 0, 4), i -> i < 20 ? 8 - 0.3 * i : 2 - 0.01 * i);
    Curve.Suggestion suggestion = early.suggestion().orElseThrow();
    assertThat(suggestion.steepest()).isCloseTo(1e-4 * Math.pow(10, 19 / 20.0), within(1e-12));
    assertThat(suggestion.tenthOfLeast()).isCloseTo(0.1, within(1e-12));
    assertThat(suggestion.rate()).isEqualTo(suggestion.steepest());
    assertThat(suggestion.isDoubtful()).isTrue();
    // Falls late and fast: a tenth of the least is the safer one.
    Curve late = curve(new RangeTest(1e-4, 1, 81, 0, 4), i -> i < 78 ? 3 - 1e-3 * i : 4 - 0.02 * i);
    assertThat(curveSuggestion(late)).isEqualTo(late.suggestion().orElseThrow().tenthOfLeast());
  }

  private static double curveSuggestion(Curve curve) {
    return curve.suggestion().orElseThrow().rate();
  }

  @Test
  void aLossThatDoesNotFallSuggestsNothing() {
    assertThat(curve(TEST, i -> 2.3).suggestion()).isEmpty();
    assertThat(curve(TEST, i -> 2.3 + i).suggestion()).isEmpty();
    assertThat(curve(TEST, i -> i < 5 ? 3 - 0.1 * i : 2.6 + 0.1 * i).suggestion()).isEmpty();
    assertThat(new Curve(TEST).suggestion()).isEmpty();
  }

  /** Central differences need a neighbour on both sides, and the head is not looked at. */
  @Test
  void theSteepestFallMayLieAtEitherEndOfWhatIsLookedAt() {
    RangeTest test = new RangeTest(1e-4, 1, 81, 0, 4);
    Curve first = curve(test, i -> i < 10 ? 5 : i < 11 ? 4.5 : 3 - 1e-3 * i);
    assertThat(first.steepestAt()).hasValue(10);
    Curve last = curve(test, i -> i < 79 ? 5 - 1e-3 * i : i < 80 ? 4 : 2);
    assertThat(last.leastAt()).hasValue(80);
    assertThat(last.steepestAt()).hasValue(79);
    Curve behind =
        curve(test, i -> i < 40 ? 5 - 0.01 * i : i == 40 ? 3 : i < 60 ? 9 : 4); // falls again
    assertThat(behind.leastAt()).hasValue(40);
    assertThat(behind.steepestAt()).hasValue(39);
  }

  @Test
  void aFallIsRoundingOrOneByItsShareOfTheFirstLossOverATenfoldRate() {
    RangeTest test = new RangeTest(1e-4, 1, 81, 0, 4); // 20 points for a tenfold rate
    for (double first : new double[] {1, 1024}) {
      Curve rounding = curve(test, i -> i == 0 ? first : 1 - first * 0.5e-9 * i / 20);
      assertThat(rounding.steepestAt()).isEmpty();
      Curve fall = curve(test, i -> i == 0 ? first : 1 - first * 2e-9 * i / 20);
      assertThat(fall.steepestAt()).isPresent();
    }
  }

  @Test
  void aLossThatNeverFallsIsLeastAtItsFirstPoint() {
    assertThat(curve(TEST, i -> 2.3 + i).leastAt()).hasValue(0);
    assertThat(new Curve(TEST).leastAt()).isEmpty();
    assertThat(curve(TEST, i -> Double.NaN).steepestAt()).isEmpty();
  }

  @Test
  void refusesWhatIsNoTest() {
    assertThatThrownBy(() -> new RangeTest(0, 10, 100, 0.9, 4))
        .hasMessage("Invalid --from: 0.0 (must be > 0)");
    assertThatThrownBy(() -> new RangeTest(0.1, 0.1, 100, 0.9, 4))
        .hasMessage("Invalid --to: 0.1 (must be > --from, 0.1)");
    assertThatThrownBy(() -> new RangeTest(1e-5, 1e300, 100, 0.9, 4))
        .hasMessage("Invalid --to: 1.0E300 (must be <= 3.40282E+38)");
    assertThatThrownBy(() -> new RangeTest(1e-5, Double.NaN, 100, 0.9, 4))
        .hasMessage("Invalid --to: NaN (must be > --from, 1.0E-5)");
    assertThatThrownBy(() -> new RangeTest(1e-5, 10, 19, 0.9, 4))
        .hasMessage("Invalid --updates: 19 (must be >= 20)");
    assertThatThrownBy(() -> new RangeTest(1e-5, 10, 100, 1, 4))
        .hasMessage("Invalid --beta: 1.0 (must be >= 0 and < 1)");
    assertThatThrownBy(() -> new RangeTest(1e-5, 10, 100, 0.9, Double.NaN))
        .hasMessage("Invalid --stop: NaN (must be > 1)");
  }
}
