package io.millrace.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.wire.WeightCodec;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SliceAverageTest {
  @Property(tries = 300)
  void isTheWeightedMean(
      @ForAll @Size(5) List<@FloatRange(min = -100, max = 100) Float> values,
      @ForAll @Size(5) List<@IntRange(min = 1, max = 1000) Integer> examples) {
    SliceAverage average = new SliceAverage(1, false);
    BigDecimal sum = BigDecimal.ZERO;
    long total = 0;
    for (int k = 0; k < values.size(); k++) {
      average.add(slice(values.get(k)), examples.get(k));
      sum = sum.add(new BigDecimal(values.get(k)).multiply(BigDecimal.valueOf(examples.get(k))));
      total += examples.get(k);
    }
    float exact = sum.divide(BigDecimal.valueOf(total), MathContext.DECIMAL128).floatValue();
    assertThat(first(average.take())).isBetween(Math.nextDown(exact), Math.nextUp(exact));
  }

  @Property
  void equalInputsGiveThatVectorBitForBit(
      @ForAll float value, @ForAll @Size(3) List<@IntRange(min = 1, max = 1000) Integer> examples) {
    SliceAverage average = new SliceAverage(1, false);
    for (int n : examples) {
      average.add(slice(value), n);
    }
    assertThat(average.take()).isEqualTo(slice(value));
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
