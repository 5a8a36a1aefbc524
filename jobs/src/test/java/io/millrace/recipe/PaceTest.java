package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {
  @Test
  void anOrderCountsItsUpdatesAndTheStepsOfTheState() {
    Recipe recipe =
        new Recipe(update -> 0.5 + update, new Momentum(0.9), new WeightDecay(0, false));
    RoundOrder order = new Pace(recipe).order(3, 40, 3, 7);
    assertThat(order.epoch()).isEqualTo(3);
    assertThat(order.firstUpdate()).isEqualTo(40);
    assertThat(order.moments())
        .containsExactly(
            List.of(new Moment(8, 40.5)),
            List.of(new Moment(9, 41.5)),
            List.of(new Moment(10, 42.5)));
    for (int i = 0; i < 3; i++) {
      assertThat(order.rate(i)).isEqualTo(40.5 + i);
      assertThat(order.moments(40 + i)).isEqualTo(order.moments().get(i));
    }
    assertThat(new RoundOrder(0, 0, List.of()).rate(0)).isNaN();
  }

  @Test
  void aSwitchNeedsAProductOfStepAndGradient() {
    SwatsSwitch swats = new SwatsSwitch(new Swats(0.9, 0.75, 1e-9, 1e-6));
    assertThat(swats.roundEnded(3, 0, 2, 0.1)).isFalse();
    assertThat(swats.save().figure("lambda")).isZero();
    assertThat(swats.save().figure("updates")).isEqualTo(2);
    assertThat(swats.roundEnded(3, 1, 2, 0.1)).isFalse();
    assertThat(swats.save().figure("lambda")).isCloseTo((1 - 0.75 * 0.75) * 3 / -2, within(1e-15));
    assertThat(swats.isSwitched()).isFalse();
  }
}
