package io.millrace.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SliceAverageTest {
  @Property(tries = 300)
  void isTheWeightedMean(
      @ForAll @Size(5) List<@FloatRange(min = -100, max = 100) Float> values,
      @ForAll @Size(5) List<@IntRange(min = 1, max = 1000) Integer> examples) {
    BigDecimal sum = BigDecimal.ZERO;
    long total = 0;
    for (int k = 0; k < values.size(); k++) {
      sum = sum.add(new BigDecimal(values.get(k)).multiply(BigDecimal.valueOf(examples.get(k))));
      total += examples.get(k);
    }
    float exact = sum.divide(BigDecimal.valueOf(total), MathContext.DECIMAL128).floatValue();
    assertThat(first(average(values, examples)))
        .isBetween(Math.nextDown(exact), Math.nextUp(exact));
  }

  @Property(tries = 1000)
  void equalInputsGiveThatVectorBitForBit(
      @ForAll float value, @ForAll @Size(3) List<@IntRange(min = 1, max = 1000) Integer> examples) {
    List<Float> values = Collections.nCopies(examples.size(), value);
    assertThat(average(values, examples)).isEqualTo(slice(value));
  }

  @Test
  void zerosKeepTheirSign() {
    assertThat(average(List.of(-0f, -0f), List.of(1, 2))).isEqualTo(slice(-0f));
    assertThat(average(List.of(0f, 0f), List.of(1, 2))).isEqualTo(slice(0f));
  }

  @Test
  void everyElementOfALongSliceIsAveraged() {
    float[] odd = new float[10_001];
    float[] even = new float[odd.length];
    for (int i = 0; i < odd.length; i++) {
      odd[i] = 2 * i + 1;
      even[i] = 2 * i;
    }
    List<ByteBuffer> slices =
        List.of(
            ByteBuffer.wrap(WeightVector.of(odd).slices()[0]),
            ByteBuffer.wrap(WeightVector.of(even).slices()[0]).asReadOnlyBuffer());
    byte[] average = SliceAverage.of(slices, new long[] {1, 3}, Wire.FP32);
    for (int i = 0; i < odd.length; i++) {
      assertThat(WeightCodec.floats(average).get(i)).isEqualTo(2 * i + 0.25f);
    }
  }

  private static byte[] average(List<Float> values, List<Integer> examples) {
    return SliceAverage.of(
        values.stream().map(value -> ByteBuffer.wrap(slice(value))).toList(),
        examples.stream().mapToLong(n -> n).toArray(),
        Wire.FP32);
  }

  private static byte[] slice(float value) {
    byte[] slice = new byte[Float.BYTES];
    WeightCodec.floats(slice).put(value);
    return slice;
  }

  private static float first(byte[] slice) {
    return WeightCodec.floats(slice).get(0);
  }
}
