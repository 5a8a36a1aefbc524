package io.millrace.replica;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** What a trunk gives, as rows of floats and back. */
class FeatureShapeTest {
  private static INDArray numbers(long... shape) {
    int length = (int) Arrays.stream(shape).reduce(1, (one, other) -> one * other);
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      values[i] = i + 1;
    }
    return Nd4j.create(values, shape, 'c');
  }

  /** Rows of all but the last example, as a feed gives them. */
  private static INDArray rows(FeatureShape shape, INDArray... outputs) {
    int n = (int) outputs[0].size(0) - 1;
    ByteBuffer bytes = ByteBuffer.allocate((int) (n * shape.bytes()));
    shape.encode(outputs, n, bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    float[] floats = new float[n * shape.length()];
    bytes.flip().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(floats);
    return Nd4j.create(floats, new long[] {n, shape.length()}, 'c');
  }

  private static void comesBack(INDArray... outputs) {
    FeatureShape shape = FeatureShape.of(outputs);
    INDArray[] back = shape.arrays(rows(shape, outputs));
    for (int i = 0; i < outputs.length; i++) {
      long n = outputs[i].size(0) - 1;
      INDArray first = outputs[i].get(NDArrayIndex.interval(0, n));
      assertThat(back[i]).isEqualTo(first);
      assertThat(FeatureShape.Part.of(back[i])).isEqualTo(shape.parts().get(i));
    }
    shape.close(back);
  }

  @Test
  void arraysComeBackInTheirShapeAndOrder() {
    comesBack(numbers(4, 5));
    comesBack(numbers(4, 3, 2, 5));
    comesBack(numbers(4, 3, 2, 5).permute(0, 3, 1, 2)); // NHWC memory
    comesBack(numbers(5, 4).permute(1, 0)); // column-major, as of a matrix product
  }

  @Test
  void severalOutputsLieOneAfterTheOtherInARow() {
    INDArray images = numbers(3, 2, 2, 2).permute(0, 3, 1, 2);
    INDArray vector = numbers(4, 3).permute(1, 0).addi(100);
    comesBack(images, vector);
    FeatureShape shape = FeatureShape.of(new INDArray[] {images, vector});
    assertThat(shape.length()).isEqualTo(8 + 4);
    assertThat(rows(shape, images, vector).getRow(1).toFloatVector())
        .containsExactly(9, 10, 11, 12, 13, 14, 15, 16, 102, 105, 108, 111);
  }

  @Test
  void aPartSaysItsMemoryOrder() {
    assertThat(FeatureShape.Part.of(numbers(4, 3, 2, 5).permute(0, 3, 1, 2)))
        .isEqualTo(new FeatureShape.Part(List.of(5L, 3L, 2L), List.of(0, 2, 3, 1)));
  }
}
