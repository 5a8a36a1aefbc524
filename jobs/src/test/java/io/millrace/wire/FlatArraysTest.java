package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class FlatArraysTest {
  private static final int WEIGHTS = WeightCodec.SLICE + 5;
  private static final int STATE = 2 * WeightCodec.SLICE + 17;

  private final INDArray weights = Nd4j.rand(1, WEIGHTS).reshape(WEIGHTS);
  private final INDArray state = Nd4j.rand(1, STATE).reshape(STATE);
  private final FlatArrays arrays = new FlatArrays(List.of(weights, state));

  @Test
  void arraysLieOneAfterTheOther() {
    float[] all = Arrays.copyOf(weights.toFloatVector(), WEIGHTS + STATE);
    System.arraycopy(state.toFloatVector(), 0, all, WEIGHTS, STATE);
    byte[][] slices = arrays.slices();
    assertThat(new WeightVector(slices, 0, WEIGHTS + STATE)).isEqualTo(WeightVector.of(all));
    assertThat(arrays.sameAs(slices)).isTrue();

    INDArray otherWeights = Nd4j.zeros(1, WEIGHTS).reshape(WEIGHTS);
    INDArray otherState = Nd4j.zeros(1, STATE).reshape(STATE);
    new FlatArrays(List.of(otherWeights, otherState)).set(slices);
    assertThat(otherWeights.toFloatVector()).isEqualTo(weights.toFloatVector());
    assertThat(otherState.toFloatVector()).isEqualTo(state.toFloatVector());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, WeightCodec.SLICE - 1, WeightCodec.SLICE, WEIGHTS, WEIGHTS + STATE - 1})
  void oneBitElsewhereIsNotTheSame(int element) {
    byte[][] slices = arrays.slices();
    slices[element / WeightCodec.SLICE][Float.BYTES * (element % WeightCodec.SLICE)] ^= 1;
    assertThat(arrays.sameAs(slices)).isFalse();
  }
}
