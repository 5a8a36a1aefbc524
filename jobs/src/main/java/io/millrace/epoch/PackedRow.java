package io.millrace.epoch;

import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import java.nio.ByteBuffer;
import java.util.List;

/** One encoded example as bytes: id, label, index of its block, row in it, image. */
final class PackedRow {
  private static final int IMAGE = Long.BYTES + 3 * Integer.BYTES;

  private PackedRow() {}

  static byte[] pack(EncodedBlock block, int row, int index) {
    int offset = block.offsets()[row];
    int length = block.offsets()[row + 1] - offset;
    return ByteBuffer.allocate(IMAGE + length)
        .putLong(block.ids()[row])
        .putInt(block.labels()[row])
        .putInt(index)
        .putInt(row)
        .put(block.data(), offset, length)
        .array();
  }

  /** Makes the example that {@code packed} holds number {@code i} of {@code rows}. */
  static void unpack(byte[] packed, List<Block> blocks, EncodedRows rows, int i) {
    ByteBuffer in = ByteBuffer.wrap(packed);
    EncodedBlock alone =
        new EncodedBlock(
            new long[] {in.getLong()},
            new int[] {in.getInt()},
            new int[] {IMAGE, packed.length},
            packed);
    rows.set(i, alone, 0, blocks.get(in.getInt()), in.getInt());
  }
}
