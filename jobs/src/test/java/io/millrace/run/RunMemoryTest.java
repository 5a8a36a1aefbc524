package io.millrace.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.state.RunState;
import io.millrace.training.DivergedException;
import io.millrace.wire.WeightVector;
import org.junit.jupiter.api.Test;

class RunMemoryTest {
  private static RunState of(float... weights) {
    return new RunState(WeightVector.of(weights), WeightVector.of(), 21, 3);
  }

  @Test
  void weightsThatAreLostAreNotWorthACheckpoint() {
    assertThat(RunMemory.finite(of(1, -0f, Float.MIN_VALUE)))
        .isEqualTo(of(1, -0f, Float.MIN_VALUE));
    for (float lost : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
      assertThatThrownBy(() -> RunMemory.finite(of(1, lost)))
          .isInstanceOf(DivergedException.class)
          .hasMessageContaining("a weight after update 20 is not finite");
    }
  }
}
