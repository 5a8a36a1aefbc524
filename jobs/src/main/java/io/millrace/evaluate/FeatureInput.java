package io.millrace.evaluate;

import io.millrace.backend.HostAccess;
import io.millrace.dataset.EncodedBlock;
import io.millrace.replica.FeatureShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The array that features are fed to a head from, one pass after the other. To be closed. */
final class FeatureInput implements AutoCloseable {
  private final FeatureShape shape;
  private final INDArray array;

  /** An array for so many rows. */
  FeatureInput(FeatureShape shape, int rows) {
    this.shape = shape;
    this.array = Nd4j.createUninitializedDetached(DataType.FLOAT, rows, shape.length());
  }

  /** Rows {@code [from, to)} of a block, one array for each input; to be given to {@link #free}. */
  INDArray[] of(EncodedBlock block, int from, int to) {
    try (HostAccess access = HostAccess.writing(array)) {
      FloatBuffer floats = access.floats();
      for (int row = from; row < to; row++) {
        int offset = block.offsets()[row];
        floats.put(
            ByteBuffer.wrap(block.data(), offset, block.offsets()[row + 1] - offset)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer());
      }
    }
    return shape.arrays(array.get(NDArrayIndex.interval(0, to - from)));
  }

  /** Gives back what a pass was fed with. */
  void free(INDArray[] inputs) {
    shape.close(inputs);
  }

  @Override
  public void close() {
    array.close();
  }
}
