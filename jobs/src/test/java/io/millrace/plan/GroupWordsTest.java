package io.millrace.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.ConfigReader;
import io.millrace.model.ParameterLayout;
import io.millrace.model.ParameterSlot;
import io.millrace.model.ParameterSlot.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What plan says of groups: together they cover every parameter. */
class GroupWordsTest {
  private static final ParameterLayout LAYOUT =
      new ParameterLayout(
          List.of(
              new ParameterSlot("stem", "W", 0, 100, Kind.WEIGHT),
              new ParameterSlot("norm", "gamma", 100, 10, Kind.GAMMA),
              new ParameterSlot("norm", "mean", 110, 10, Kind.MEAN),
              new ParameterSlot("head", "W", 120, 1000, Kind.WEIGHT),
              new ParameterSlot("head", "b", 1120, 10, Kind.BIAS)));

  private static List<String> words(String optimizer) {
    return GroupWords.of(
        ConfigReader.read("run.yaml", "optimizer: " + optimizer, List.of()).optimizer(), LAYOUT);
  }

  @Test
  void eachSaysWhatItTakesAndHowThatIsTrained() {
    assertThat(
            words(
                "{groups: [{names: 'stem*', frozen: true}, {layers: -1, rate: 10, momentum: 0.8,"
                    + " weightDecay: 0, schedule: constant}, {names: '*.gamma', decayBias: true}]}"))
        .containsExactly(
            "stem*: 1 parameter of 100 elements, frozen",
            "layers -1: 2 parameters of 1,010 elements, rate x 10, schedule constant, momentum 0.8,"
                + " no decay",
            "*.gamma: 1 parameter of 10 elements, rate x 1, decay 0.0001, biases too",
            "the rest: 0 parameters of 0 elements, rate x 1, decay 0.0001");
    assertThat(words("{}")).isEmpty();
  }

  @Test
  void aRuleThatTakesNothingIsRefusedByPlanToo() {
    assertThatThrownBy(() -> words("{groups: [{names: 'tail*'}]}"))
        .hasMessageStartingWith("Invalid optimizer.groups[0]: tail* takes no parameter");
  }
}
