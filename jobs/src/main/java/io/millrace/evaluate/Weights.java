package io.millrace.evaluate;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Weights on their way to executors: little-endian fp32 in slices of 4 MiB.
 *
 * @param slices all slices but the last have the same length
 */
record Weights(byte[][] slices) implements Serializable {
  private static final int SLICE = 1 << 20;

  static Weights of(float[] values) {
    byte[][] slices = new byte[(values.length + SLICE - 1) / SLICE][];
    for (int i = 0; i < slices.length; i++) {
      int count = Math.min(SLICE, values.length - i * SLICE);
      slices[i] = new byte[count * Float.BYTES];
      floats(slices[i]).put(values, i * SLICE, count);
    }
    return new Weights(slices);
  }

  /** The weights as a new flat array, [P]. */
  INDArray array() {
    long length = 0;
    for (byte[] slice : slices) {
      length += slice.length / Float.BYTES;
    }
    INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, length);
    FloatBuffer to = array.data().asNioFloat();
    for (byte[] slice : slices) {
      to.put(floats(slice));
    }
    return array;
  }

  private static FloatBuffer floats(byte[] slice) {
    return ByteBuffer.wrap(slice).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }
}
