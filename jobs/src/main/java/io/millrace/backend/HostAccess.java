package io.millrace.backend;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.ShortPointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The elements of an array in the memory of this process, and the only way to them past ND4J's own
 * methods. Opening asks for the host's copy, and closing one that writes says that this copy is now
 * the newer one: without the first, new arrays of a device have no host memory; without the second,
 * the device goes on with what it had. Until then the collector cannot free the array, whose memory
 * it would give back to the system under the feet of native code.
 *
 * <p>Opened and closed by one thread; others may use the memory in between.
 */
public final class HostAccess implements AutoCloseable {
  private static volatile HostCopies copies = HostCopies.OF_ND4J;

  private final INDArray array;
  private final boolean writes;
  private final Pointer elements;

  private HostAccess(INDArray array, boolean writes) {
    boolean served = array.dataType() == DataType.FLOAT || array.dataType() == DataType.BFLOAT16;
    if (!served || !isOneStretch(array)) {
      throw new IllegalArgumentException(
          "Cannot reach the memory of an array: it is %s %s (must be contiguous FLOAT)"
              .formatted(isOneStretch(array) ? "contiguous" : "strided", array.dataType()));
    }
    if (array.wasClosed()) {
      throw new IllegalStateException("Cannot reach the memory of an array: it was closed");
    }
    this.array = array;
    this.writes = writes;
    elements = copies.ask(array);
  }

  /**
   * Opens the elements to be read.
   *
   * @param array FLOAT or BFLOAT16, of any shape, its elements one after the other in memory
   * @throws IllegalArgumentException for another array
   */
  public static HostAccess reading(INDArray array) {
    return new HostAccess(array, false);
  }

  /** Opens the elements to be written, or read and written; what is not written stays. */
  public static HostAccess writing(INDArray array) {
    return new HostAccess(array, true);
  }

  /** Whether the elements lie one after the other in the order of the indices, the last fastest. */
  public static boolean isInOrder(INDArray array) {
    long expected = 1;
    for (int i = array.rank() - 1; i >= 0; i--) {
      if (array.size(i) != 1 && array.stride(i) != expected) {
        return false;
      }
      expected *= array.size(i);
    }
    return true;
  }

  /** Takes copies from elsewhere than ND4J; returns what did so before. For tests. */
  static HostCopies replace(HostCopies others) {
    HostCopies before = copies;
    copies = others;
    return before;
  }

  /** All elements of a FLOAT array in memory order. */
  public FloatBuffer floats() {
    require(DataType.FLOAT);
    return new FloatPointer(elements).capacity(array.length()).asBuffer();
  }

  /** The bits of all elements of a BFLOAT16 array in memory order. */
  public ShortBuffer shorts() {
    require(DataType.BFLOAT16);
    return new ShortPointer(elements).capacity(array.length()).asBuffer();
  }

  private void require(DataType type) {
    if (array.dataType() != type) {
      throw new IllegalStateException(
          "Cannot read the elements of an array as %s: it is %s".formatted(type, array.dataType()));
    }
  }

  /**
   * Elements {@code [first, first + n)} of a FLOAT array in memory order, in the byte order of this
   * machine.
   */
  public ByteBuffer bytes(long first, int n) {
    require(DataType.FLOAT);
    return new BytePointer(elements)
        .capacity(Float.BYTES * array.length())
        .position(Float.BYTES * first)
        .limit(Float.BYTES * (first + n))
        .asByteBuffer();
  }

  /** Elements. */
  public long length() {
    return array.length();
  }

  /** Address of the first element, for native code; valid until {@link #close}. */
  public long address() {
    return elements.address();
  }

  /** Says, of an access that stays open, that what was written up to now is to be used. */
  public void written() {
    copies.tag(array);
  }

  @Override
  public void close() {
    if (writes) {
      written();
    }
    Reference.reachabilityFence(array);
  }

  /** Whether the elements lie in one stretch, with the last or with the first axis fastest. */
  private static boolean isOneStretch(INDArray array) {
    int rank = array.rank();
    long ascending = 1;
    long descending = 1;
    boolean c = true;
    boolean f = true;
    for (int i = 0; i < rank; i++) {
      int last = rank - 1 - i;
      c &= array.size(last) == 1 || array.stride(last) == descending;
      f &= array.size(i) == 1 || array.stride(i) == ascending;
      descending *= array.size(last);
      ascending *= array.size(i);
    }
    return c || f;
  }
}
