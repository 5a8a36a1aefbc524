package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.recipe.Divergence.Action;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SetbacksTest {
  private static Divergence by(double factor, int skip) {
    return new Divergence(Action.ROLLBACK, factor, skip, 3);
  }

  @Test
  void whatIsLeftOutEndsWithTheBadUpdateAndBeginsNoEarlierThanTheCheckpoint() {
    Setbacks one = Setbacks.NONE.and(7, 5, by(0.5, 2));
    assertThat(leftOut(one)).containsExactly(6L, 7L);
    assertThat(leftOut(Setbacks.NONE.and(7, 5, by(0.5, 9)))).containsExactly(5L, 6L, 7L);
    assertThat(leftOut(Setbacks.NONE.and(7, 5, by(0.5, 0)))).isEmpty();
    Setbacks two = one.and(8, 5, by(0.5, 2));
    assertThat(leftOut(two)).containsExactly(6L, 7L, 8L);
    assertThat(two.factor()).isEqualTo(0.25);
    assertThat(List.of(two.before(6), two.before(7), two.before(8), two.before(9), two.before(99)))
        .as("each counts once")
        .containsExactly(0L, 1L, 2L, 3L, 3L);
  }

  private static List<Long> leftOut(Setbacks setbacks) {
    return LongStream.range(0, 20).filter(setbacks::leaveOut).boxed().toList();
  }

  @Test
  void aCheckpointBringsThemBack() {
    Setbacks two = Setbacks.NONE.and(7, 5, by(0.3, 2)).and(8, 5, by(0.3, 0));
    assertThat(Setbacks.of(two.save())).isEqualTo(two);
    assertThat(Setbacks.of(Setbacks.NONE.save())).isEqualTo(Setbacks.NONE);
  }

  @Test
  void wordsNameTheUpdatesAndTheRate() {
    assertThat(Setbacks.NONE.words()).isEmpty();
    assertThat(Setbacks.NONE.and(7, 5, by(0.5, 1)).and(9, 5, by(0.5, 3)).words())
        .isEqualTo("2 times: rates times 0.25, without the global batches of updates 7, 7 to 9");
    assertThat(Setbacks.NONE.and(7, 5, by(0.1, 0)).words()).isEqualTo("1 time: rates times 0.1");
  }

  @Test
  void allRatesFallAndAnOrderNamesWhatIsLeftOut() {
    ResolvedRate rate = ResolvedRate.of(new Course(0.8, 0, 100, 10), new Constant());
    ParameterGroup own =
        new ParameterGroup("out*", null, 2, null, null, null, new Linear(0), false);
    Recipe recipe =
        new Recipe(rate, new Nesterov(0.9), new WeightDecay(0, false), Clip.NONE, List.of(own));
    Pace before = new Pace(recipe);
    Pace after = new Pace(recipe.after(Setbacks.NONE.and(7, 5, by(0.25, 2))));
    RoundOrder order = after.order(0, 5, 4, 5);
    assertThat(order.leftOut()).containsExactly(6L, 7L);
    assertThat(order.scaled(3).leftOut()).containsExactly(6L, 7L);
    assertThat(before.order(0, 5, 4, 5).leftOut()).isEmpty();
    for (long update = 5; update < 9; update++) {
      List<Moment> was = before.moments(update, update + 1);
      List<Moment> is = after.moments(update, update + 1);
      for (int group = 0; group < 2; group++) {
        assertThat(is.get(group).rate()).isEqualTo(was.get(group).rate() / 4).isPositive();
      }
    }
    assertThat(after.scheduled(9)).isEqualTo(0.2);
  }

  @Test
  void aRunThatWouldDivergeAgainIsRefused() {
    assertThat(by(1, 0).problems())
        .containsExactly(
            "Invalid divergence.rateFactor: 1 (must be < 1 where divergence.skip is 0, or the run"
                + " diverges again)");
    assertThat(by(1, 1).problems()).isEmpty();
    assertThat(new Divergence(Action.STOP, 1, 0, 1).problems()).isEmpty();
    assertThat(new Divergence(Action.STOP, 1, 0, 1).words()).isEmpty();
    assertThat(by(0.5, 1).words())
        .contains(
            "back to the last epoch's checkpoint, rates times 0.5, 1 global batch left out; 3 times at most");
  }
}
