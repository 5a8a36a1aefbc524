package io.millrace.wire;

import io.millrace.backend.HostAccess;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Flat arrays that lie one after the other in a vector of slices, such as weights and optimiser
 * state. All cores copy and compare them side by side, so this is for the driver: on an executor
 * the other cores have work. The calling thread alone, which a device belongs to, speaks to ND4J.
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
        HostAccess::reading,
        (array, first, at, n) -> {
          WeightCodec.put(array, first, slices, at, n);
          return true;
        });
    return slices;
  }

  /** Whether a vector of as many elements holds just these bits. */
  public boolean sameAs(byte[][] slices) {
    return inStretches(
        HostAccess::reading,
        (array, first, at, n) -> WeightCodec.same(array, first, slices, at, n));
  }

  /** Copies a vector of as many elements in. */
  public void set(byte[][] slices) {
    inStretches(
        HostAccess::writing,
        (array, first, at, n) -> {
          WeightCodec.get(slices, at, array, first, n);
          return true;
        });
  }

  /**
   * Elements {@code [first, first + n)} of an array, which are {@code [at, at + n)} of the vector.
   */
  private interface Stretch {
    boolean visit(HostAccess array, long first, long at, int n);
  }

  /** Visits all until one says no. */
  private boolean inStretches(Function<INDArray, HostAccess> open, Stretch stretch) {
    long start = 0;
    for (INDArray array : arrays) {
      long before = start;
      long length = array.length();
      try (HostAccess access = open.apply(array)) {
        boolean on =
            IntStream.range(0, WeightCodec.slices(length))
                .parallel()
                .allMatch(
                    slice -> {
                      long first = (long) slice * WeightCodec.SLICE;
                      int n = WeightCodec.length(slice, length);
                      return stretch.visit(access, first, before + first, n);
                    });
        if (!on) {
          return false;
        }
      }
      start += length;
    }
    return true;
  }
}
