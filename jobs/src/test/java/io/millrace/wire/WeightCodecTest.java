package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.backend.HostAccess;
import java.math.BigDecimal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightCodecTest {
  private static final int LENGTH = 2 * WeightCodec.SLICE + 17;

  @Test
  void arraysGoThroughSlicesUnchangedAtAnyOffset() {
    INDArray from = Nd4j.rand(1, LENGTH);
    byte[][] slices = WeightCodec.allocate(LENGTH + 5);
    INDArray to = Nd4j.zeros(1, LENGTH);
    try (HostAccess reading = HostAccess.reading(from);
        HostAccess writing = HostAccess.writing(to)) {
      WeightCodec.put(reading, 0, slices, 5, LENGTH);
      WeightCodec.get(slices, 5 + 3, writing, 3, LENGTH - 3);
    }
    assertThat(to.getDouble(2)).isZero();
    assertThat(to.getFloat(3)).isEqualTo(from.getFloat(3));
    float[] floats = new float[LENGTH];
    WeightCodec.get(slices, 5, floats);
    assertThat(floats).isEqualTo(from.data().asFloat());
    byte[][] again = WeightCodec.allocate(LENGTH + 5);
    WeightCodec.put(floats, again, 5);
    assertThat(again).isDeepEqualTo(slices);
  }

  @Property(tries = 1000)
  void bf16IsTheNearestAndTiesGoToTheEvenOne(@ForAll float value) {
    short rounded = Bfloat16.round(value);
    float back = Bfloat16.widen(rounded);
    if (Float.isFinite(back)) {
      BigDecimal error = distance(back, value);
      for (int step : new int[] {-1, 1}) {
        float other = Bfloat16.widen((short) (rounded + step));
        if (Float.isFinite(other)) {
          int order = distance(other, value).compareTo(error);
          assertThat(order).isGreaterThanOrEqualTo(0);
          assertThat(order == 0 && other != back && rounded % 2 != 0).isFalse();
        }
      }
    }
  }

  @Test
  void bf16KeepsNanAndInfinity() {
    assertThat(Bfloat16.widen(Bfloat16.round(Float.NaN))).isNaN();
    assertThat(Bfloat16.widen(Bfloat16.round(Float.intBitsToFloat(0x7f800001)))).isNaN();
    assertThat(Bfloat16.widen(Bfloat16.round(Float.NEGATIVE_INFINITY)))
        .isEqualTo(Float.NEGATIVE_INFINITY);
  }

  @Test
  void oneElementThatIsNotFiniteIsFoundWhereverItLies() {
    byte[][] slices = WeightCodec.allocate(LENGTH);
    WeightCodec.put(new float[] {Float.MAX_VALUE, -0f, Float.MIN_VALUE}, slices, LENGTH - 9);
    assertThat(WeightCodec.isFinite(slices, LENGTH)).isTrue();
    for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      for (int at : new int[] {0, 1023, 1024, WeightCodec.SLICE, LENGTH - 1}) {
        WeightCodec.put(new float[] {value}, slices, at);
        assertThat(WeightCodec.isFinite(slices, LENGTH)).as("%s at %d", value, at).isFalse();
        assertThat(WeightCodec.isFinite(slices, at)).isTrue();
        WeightCodec.put(new float[] {1}, slices, at);
      }
    }
  }

  private static BigDecimal distance(float a, float b) {
    return new BigDecimal(a).subtract(new BigDecimal(b)).abs();
  }
}
