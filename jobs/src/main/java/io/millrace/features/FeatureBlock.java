package io.millrace.features;

import io.millrace.dataset.EncodedBlock;
import io.millrace.replica.FeatureShape;
import java.nio.ByteBuffer;

/**
 * The features of a block as bytes: the number of rows, their ids, labels, and for each row the
 * little-endian floats of a {@link FeatureShape}.
 *
 * @param bytes all of it
 * @param rest what is still to be written: features
 */
record FeatureBlock(byte[] bytes, ByteBuffer rest) {
  private static final int OF_ROW = Long.BYTES + Integer.BYTES;

  /** One without features yet. */
  static FeatureBlock of(EncodedBlock rows, FeatureShape shape) {
    byte[] bytes = new byte[Math.toIntExact(length(rows.rows(), shape))];
    ByteBuffer out = ByteBuffer.wrap(bytes).putInt(rows.rows());
    for (long id : rows.ids()) {
      out.putLong(id);
    }
    for (int label : rows.labels()) {
      out.putInt(label);
    }
    return new FeatureBlock(bytes, out);
  }

  /** Bytes of so many rows. */
  static long length(int rows, FeatureShape shape) {
    return Integer.BYTES + rows * (OF_ROW + shape.bytes());
  }

  /** The rows of bytes, which are not copied. */
  static EncodedBlock decode(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int rows = in.getInt();
    long[] ids = new long[rows];
    int[] labels = new int[rows];
    int[] offsets = new int[rows + 1];
    for (int i = 0; i < rows; i++) {
      ids[i] = in.getLong();
    }
    for (int i = 0; i < rows; i++) {
      labels[i] = in.getInt();
    }
    int size = rows == 0 ? 0 : in.remaining() / rows;
    for (int i = 0; i <= rows; i++) {
      offsets[i] = in.position() + i * size;
    }
    return new EncodedBlock(ids, labels, offsets, bytes);
  }
}
