package io.millrace.formats;

import java.util.List;

/**
 * An array in a safetensors file.
 *
 * @param name its name, as in the file
 * @param type of its elements
 * @param shape of its axes, the last one fastest; none for a single number
 * @param begin first byte of its data, counted from the end of the header
 * @param end the byte behind its last one
 */
record Tensor(String name, TensorType type, List<Long> shape, long begin, long end) {
  /** Elements. */
  int length() {
    return Math.toIntExact((end - begin) / type.bytes);
  }
}
