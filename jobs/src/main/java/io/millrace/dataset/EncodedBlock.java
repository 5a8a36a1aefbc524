package io.millrace.dataset;

/**
 * The rows of one block, images still encoded: image {@code i} is {@code data[offsets[i] ..
 * offsets[i + 1])}.
 *
 * @param ids 64-bit id of each example
 * @param labels class index of each example
 * @param offsets {@code rows + 1} offsets into data
 * @param data encoded images, one after another; the array may be longer
 */
public record EncodedBlock(long[] ids, int[] labels, int[] offsets, byte[] data) {
  /** Examples in the block. */
  public int rows() {
    return ids.length;
  }
}
