package io.millrace.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.dataset.Split;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutcomeTallyTest {
  private static Outcome outcome(int label, float... probabilities) {
    return Outcome.of(7, label, FloatBuffer.wrap(probabilities), 0, probabilities.length);
  }

  @Test
  void outcomesByHand() {
    assertThat(outcome(1, 0.25f, 0.5f, 0.25f))
        .isEqualTo(new Outcome(7, 1, 1, 0, Math.log(2), 0.5f));
    assertThat(outcome(2, 0.25f, 0.5f, 0.25f))
        .isEqualTo(new Outcome(7, 2, 1, 2, Math.log(4), 0.5f));
    assertThat(outcome(0, 0.25f, 0.5f, 0.25f))
        .isEqualTo(new Outcome(7, 0, 1, 1, Math.log(4), 0.5f));
  }

  @Test
  void tiesGoToTheLowerIndex() {
    assertThat(outcome(0, 0.5f, 0.5f).rank()).isZero();
    assertThat(outcome(1, 0.5f, 0.5f).rank()).isEqualTo(1);
    assertThat(outcome(1, 0.5f, 0.5f).predicted()).isZero();
  }

  @Test
  void aProbabilityOfZeroHasAFiniteLoss() {
    assertThat(outcome(1, 1, 0).loss()).isCloseTo(103.28, within(0.01));
  }

  @Test
  void whatIsNotANumberIsRefused() {
    assertThatThrownBy(() -> outcome(1, 1, Float.NaN))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Cannot evaluate example 0000000000000007: the network's output is not a number");
  }

  @Test
  void aTallyByHand() {
    OutcomeTally tally = new OutcomeTally(7);
    tally.add(0, List.of(new Outcome(1, 2, 2, 0, 0.5, 0.6f), new Outcome(2, 2, 3, 4, 1.5, 0.25f)));
    tally.add(1, List.of(new Outcome(3, 6, 0, 5, 3, 0.75f), new Outcome(4, 0, 3, 1, 1.5, 0.5f)));
    EvaluationReport report = tally.report(Split.TEST, 2);

    assertThat(report.examples()).isEqualTo(4);
    assertThat(report.loss()).isEqualTo(6.5 / 4);
    assertThat(report.top1()).isEqualTo(0.25);
    assertThat(report.top5()).isEqualTo(0.75);
    assertThat(report.confusion()[2]).containsExactly(0, 0, 1, 1, 0, 0, 0);
    assertThat(report.confusion()[6]).containsExactly(1, 0, 0, 0, 0, 0, 0);
    assertThat(report.worst())
        .containsExactly(
            new Mistake(3, 1, 0, 6, 0, 3, 0.75),
            new Mistake(2, 0, 1, 2, 3, 1.5, 0.25),
            new Mistake(4, 1, 1, 0, 3, 1.5, 0.5));
  }

  @Test
  void withFewClassesAllAreAmongTheFirstFive() {
    OutcomeTally tally = new OutcomeTally(3);
    tally.add(0, List.of(new Outcome(1, 2, 0, 2, 2, 0.5f)));
    assertThat(tally.report(Split.TEST, 1).top5()).isEqualTo(1);
  }

  @Test
  void onlyTheWorstAreKept() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      outcomes.add(new Outcome(i, 0, 1, 1, i, 0.5f));
    }
    OutcomeTally tally = new OutcomeTally(2);
    tally.add(0, outcomes);
    List<Mistake> worst = tally.report(Split.TEST, 1).worst();
    assertThat(worst).hasSize(64);
    assertThat(worst.get(0).id()).isEqualTo(99);
    assertThat(worst.get(63).id()).isEqualTo(36);
  }

  @Test
  void bytesHoldAllOfAnOutcome() {
    List<Outcome> outcomes =
        List.of(new Outcome(-1, 2, 3, 4, 0.1, 0.9f), new Outcome(1L << 40, 0, 0, 0, 0, 1));
    assertThat(Outcome.decode(Outcome.encode(outcomes))).isEqualTo(outcomes);
  }
}
