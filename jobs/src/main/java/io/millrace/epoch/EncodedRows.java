package io.millrace.epoch;

import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * The examples of one minibatch, images still encoded.
 *
 * @param blocks for each example, the block it lies in
 * @param rows for each example, its row in that block
 * @param origins for each example, where its block comes from
 * @param originRows for each example, its row there
 */
record EncodedRows(EncodedBlock[] blocks, int[] rows, Block[] origins, int[] originRows) {
  EncodedRows(int size) {
    this(new EncodedBlock[size], new int[size], new Block[size], new int[size]);
  }

  int size() {
    return rows.length;
  }

  long id(int i) {
    return blocks[i].ids()[rows[i]];
  }

  int label(int i) {
    return blocks[i].labels()[rows[i]];
  }

  byte[] data(int i) {
    return blocks[i].data();
  }

  int offset(int i) {
    return blocks[i].offsets()[rows[i]];
  }

  int length(int i) {
    return blocks[i].offsets()[rows[i] + 1] - offset(i);
  }

  /** Example {@code i} as little-endian floats. */
  FloatBuffer floats(int i) {
    return ByteBuffer.wrap(data(i), offset(i), length(i))
        .slice()
        .order(ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer();
  }

  void set(int i, EncodedBlock block, int row, Block origin, int originRow) {
    blocks[i] = block;
    rows[i] = row;
    origins[i] = origin;
    originRows[i] = originRow;
  }

  /** Where example {@code i} is stored, for messages. */
  String place(int i) {
    return String.format(
        "file %s, block %d, row %d", origins[i].file(), origins[i].rowGroup(), originRows[i]);
  }
}
