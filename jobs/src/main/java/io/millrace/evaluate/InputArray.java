package io.millrace.evaluate;

import io.millrace.backend.HostAccess;
import io.millrace.dataset.EncodedBlock;
import io.millrace.image.ImagePipeline;
import java.nio.FloatBuffer;
import java.util.function.ToIntFunction;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** The array that images are fed to a network from, one pass after the other. To be closed. */
public final class InputArray implements AutoCloseable {
  private final CroppedImages images;
  private final int rows;
  private INDArray array;

  /** An array for so many rows, which is made by the first of them. */
  public InputArray(CroppedImages images, int rows) {
    this.images = images;
    this.rows = rows;
  }

  /**
   * Rows {@code [from, to)} of a block as [N, C, H, W]: a view of NHWC, which a network on native
   * layers takes as it is; valid until the next call.
   */
  INDArray of(EncodedBlock block, int from, int to, ImagePipeline pipeline) {
    return fill(
        pixels -> {
          for (int row = from; row < to; row++) {
            int offset = block.offsets()[row];
            pixels.position((row - from) * images.size());
            try {
              pipeline.run(block.data(), offset, block.offsets()[row + 1] - offset, null, pixels);
            } catch (RuntimeException e) {
              throw new UnreadableRowException(row, e);
            }
          }
          return to - from;
        });
  }

  /**
   * The images that a filler writes as [H, W, C], one after the other from the start, as [N, C, H,
   * W]; valid until the next call. Null if there are none.
   *
   * @param filler writes them and says how many there are, at most as many as the array has rows
   */
  public INDArray fill(ToIntFunction<FloatBuffer> filler) {
    if (array == null) {
      array =
          Nd4j.createUninitializedDetached(
              DataType.FLOAT, rows, images.height(), images.width(), images.channels());
    }
    int filled;
    try (HostAccess access = HostAccess.writing(array)) {
      filled = filler.applyAsInt(access.floats());
    }
    return filled == 0 ? null : array.get(NDArrayIndex.interval(0, filled)).permute(0, 3, 1, 2);
  }

  @Override
  public void close() {
    if (array != null) {
      array.close();
      array = null;
    }
  }

  /** An image that could not be made an input. */
  static final class UnreadableRowException extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final int row;

    UnreadableRowException(int row, RuntimeException cause) {
      super(cause.getMessage(), cause);
      this.row = row;
    }

    int row() {
      return row;
    }
  }
}
