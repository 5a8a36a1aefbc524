package io.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class WeightVectorTest {
  private static final int LENGTH = 2 * WeightCodec.SLICE + 17;

  private final float[] values = Nd4j.rand(1, LENGTH).data().asFloat();

  @Test
  void aStretchOfSlicesIsAVectorOfItsOwn() {
    int first = WeightCodec.SLICE - 3;
    byte[][] slices = WeightVector.of(values).slices();
    WeightVector stretch = new WeightVector(slices, first, LENGTH - first - 1);
    float[] expected = Arrays.copyOfRange(values, first, LENGTH - 1);

    assertThat(stretch.toArray()).isEqualTo(expected);
    INDArray array = Nd4j.zeros(1, expected.length);
    stretch.copyTo(array);
    assertThat(array.data().asFloat()).isEqualTo(expected);
    assertThat(new WeightVector(stretch.slices(), 0, expected.length).toArray())
        .isEqualTo(expected);
  }

  @Test
  void vectorsAreEqualBitForBitWhereverTheyLie() {
    WeightVector stretch = new WeightVector(WeightVector.of(values).slices(), 7, LENGTH - 7);
    float[] same = Arrays.copyOfRange(values, 7, LENGTH);
    assertThat(stretch).isEqualTo(WeightVector.of(same)).hasSameHashCodeAs(WeightVector.of(same));
    assertThat(stretch).isNotEqualTo(WeightVector.of(values));
    same[same.length - 1] = Math.nextUp(same[same.length - 1]);
    assertThat(stretch).isNotEqualTo(WeightVector.of(same));
    assertThat(WeightVector.of(0f)).isNotEqualTo(WeightVector.of(-0f));
  }

  @Test
  void anArrayOfAnotherLengthIsRefused() {
    assertThatThrownBy(() -> WeightVector.of(1, 2, 3).copyTo(Nd4j.zeros(1, 2)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot copy 3 weights to an array of 2");
  }

  @Test
  void whatStartsWithItsSlicesIsNotCopied() {
    byte[][] slices = WeightVector.of(values).slices();
    byte[][] start = new WeightVector(slices, 0, 5).slices();
    assertThat(start).hasDimensions(1, slices[0].length);
    assertThat(start[0]).isSameAs(slices[0]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"LITTLE_ENDIAN", "BIG_ENDIAN"})
  void aStreamHoldsTheFloatsInItsByteOrder(String name) throws IOException {
    ByteOrder order = name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    ByteBuffer expected = ByteBuffer.allocate(Float.BYTES * (LENGTH - 7)).order(order);
    expected.asFloatBuffer().put(values, 7, LENGTH - 7);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new WeightVector(WeightVector.of(values).slices(), 7, LENGTH - 7).write(order, out);

    assertThat(out.toByteArray()).isEqualTo(expected.array());
    var in = new ByteArrayInputStream(out.toByteArray());
    assertThat(WeightVector.read(LENGTH - 7, order, in).toArray())
        .isEqualTo(Arrays.copyOfRange(values, 7, LENGTH));
  }

  @Test
  void aStreamThatEndsTooEarlyIsRefused() {
    var in = new ByteArrayInputStream(new byte[11]);
    assertThatThrownBy(() -> WeightVector.read(3, ByteOrder.LITTLE_ENDIAN, in))
        .isInstanceOf(EOFException.class)
        .hasMessage("it ends after fewer than 3 floats");
  }
}
