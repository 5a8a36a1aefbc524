package io.millrace.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClipTest {
  private static final double NONE = Double.POSITIVE_INFINITY;

  @Test
  void aNormIsBroughtDownToTheLargestAndNeverUp() {
    assertThat(new Clip(3, NONE).factor(12)).isCloseTo(3 / (12 + 1e-6), within(1e-16));
    assertThat(new Clip(1e-6, NONE).factor(1e-6)).isCloseTo(0.5, within(1e-15));
    assertThat(new Clip(3, NONE).factor(1)).isEqualTo(1);
    assertThat(new Clip(3, NONE).factor(0)).isEqualTo(1);
  }

  @Test
  void clipsByWhatIsFinite() {
    assertThat(new Clip(5, NONE).byNorm()).isTrue();
    assertThat(new Clip(5, NONE).byValue()).isFalse();
    assertThat(new Clip(NONE, 5).byNorm()).isFalse();
    assertThat(new Clip(NONE, 5).byValue()).isTrue();
    assertThat(Clip.NONE.byNorm()).isFalse();
    assertThat(Clip.NONE.byValue()).isFalse();
  }

  @Test
  void aStepClipsWhereThereIsAFactorOrAValue() {
    assertThat(step(1, NONE).clips()).isFalse();
    assertThat(step(2, NONE).clips()).isTrue();
    assertThat(step(0.5, NONE).clips()).isTrue();
    assertThat(step(1, 5).clips()).isTrue();
    assertThat(step(1, 0.5).clips()).isTrue();
  }

  @Test
  void theDecayOfAStepIsWhereverItActs() {
    Moment now = new Moment(1, 0.1);
    assertThat(new UpdateStep(new Sgd(), 1, 0.25, 0, now, 1, NONE).decay()).isEqualTo(0.25);
    assertThat(new UpdateStep(new Sgd(), 1, 0, 0.25, now, 1, NONE).decay()).isEqualTo(0.25);
  }

  @Test
  void whatNoOptimiserTrainsIsItsGradientOverTheExamples() {
    UpdateStep step = UpdateStep.asItIs(8);
    assertThat(step.examples()).isEqualTo(8);
    assertThat(step.optimizer()).isEqualTo(new Sgd());
    assertThat(step.decay()).isZero();
    assertThat(step.now()).isEqualTo(new Moment(1, 1));
    assertThat(step.clips()).isFalse();
    assertThat(step.optimizer().ratio(3, 2, 1, 0.1)).isEqualTo(1);
  }

  private static UpdateStep step(double factor, double value) {
    return new UpdateStep(new Sgd(), 1, 0, 0, new Moment(1, 0.1), factor, value);
  }
}
