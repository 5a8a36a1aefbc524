package io.millrace.wire;

import java.util.List;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Flat arrays that lie one after the other in a vector of slices, such as weights and optimiser
 * state. All cores copy and compare them side by side, so this is for the driver: on an executor
 * the other cores have work.
 */
public final class FlatArrays {
  private final List<INDArray> arrays;

  /** Arrays of any lengths, none of which is copied. */
  public FlatArrays(List<INDArray> arrays) {
    this.arrays = List.copyOf(arrays);
  }

  /** A copy as new slices. */
  public byte[][] slices() {
    byte[][] slices = WeightCodec.allocate(arrays.stream().mapToLong(INDArray::length).sum());
    inStretches(
        (array, first, at, n) -> {
          WeightCodec.put(array, first, slices, at, n);
          return true;
        });
    return slices;
  }

  /** Whether a vector of as many elements holds just these bits. */
  public boolean sameAs(byte[][] slices) {
    return inStretches((array, first, at, n) -> WeightCodec.same(array, first, slices, at, n));
  }

  /** Copies a vector of as many elements in. */
  public void set(byte[][] slices) {
    inStretches(
        (array, first, at, n) -> {
          WeightCodec.get(slices, at, array, first, n);
          return true;
        });
  }

  /**
   * Elements {@code [first, first + n)} of an array, which are {@code [at, at + n)} of the vector.
   */
  private interface Stretch {
    boolean visit(INDArray array, long first, long at, int n);
  }

  /** Visits all until one says no. */
  private boolean inStretches(Stretch stretch) {
    long start = 0;
    for (INDArray array : arrays) {
      long before = start;
      boolean on =
          IntStream.range(0, WeightCodec.slices(array.length()))
              .parallel()
              .allMatch(
                  slice -> {
                    long first = (long) slice * WeightCodec.SLICE;
                    int n = WeightCodec.length(slice, array.length());
                    return stretch.visit(array, first, before + first, n);
                  });
      if (!on) {
        return false;
      }
      start += array.length();
    }
    return true;
  }
}
