package io.millrace.wire;

import io.millrace.backend.HostAccess;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * An fp32 vector that nobody changes: a stretch of the slices of {@link WeightCodec}. Weights and
 * optimiser state stay in this form on the driver's heap, where a collector that does not move
 * large arrays finds no room for one as long as a model.
 */
public final class WeightVector {
  /** Elements that go to or from a stream at once: 1 MiB. */
  private static final int CHUNK = 1 << 18;

  private final byte[][] slices;
  private final long first;
  private final long length;

  /** Elements {@code [first, first + length)} of slices, which stay as they are from now on. */
  public WeightVector(byte[][] slices, long first, long length) {
    this.slices = slices;
    this.first = first;
    this.length = length;
  }

  /** A copy of {@code values}. */
  public static WeightVector of(float... values) {
    byte[][] slices = WeightCodec.allocate(values.length);
    WeightCodec.put(values, slices, 0);
    return new WeightVector(slices, 0, values.length);
  }

  /** A vector of zeros. */
  public static WeightVector zeros(long length) {
    return new WeightVector(WeightCodec.allocate(length), 0, length);
  }

  /** Elements. */
  public long length() {
    return length;
  }

  /** Copies elements {@code [at, at + to.length)} to {@code to}. */
  public void get(long at, float[] to) {
    WeightCodec.get(slices, first + at, to);
  }

  /**
   * Copies all elements to a flat array, [length].
   *
   * @throws IllegalArgumentException for an array of another length
   */
  public void copyTo(INDArray to) {
    if (to.length() != length) {
      throw new IllegalArgumentException(
          "Cannot copy %d weights to an array of %d".formatted(length, to.length()));
    }
    try (HostAccess access = HostAccess.writing(to)) {
      WeightCodec.get(slices, first, access, 0, length);
    }
  }

  /** All elements as one array. */
  public float[] toArray() {
    float[] values = new float[Math.toIntExact(length)];
    get(0, values);
    return values;
  }

  /**
   * The slices from element 0 on, without a copy where the vector starts with its first; the last
   * slice may hold more than the vector.
   */
  public byte[][] slices() {
    return first == 0 ? Arrays.copyOf(slices, WeightCodec.slices(length)) : of(toArray()).slices;
  }

  /** Whether the other is a vector of the same bits. */
  @Override
  public boolean equals(Object other) {
    if (!(other instanceof WeightVector vector) || vector.length != length) {
      return false;
    }
    int n;
    for (long at = 0; at < length; at += n / Float.BYTES) {
      ByteBuffer mine = from(at);
      ByteBuffer theirs = vector.from(at);
      n = Math.min(mine.remaining(), theirs.remaining());
      if (!mine.slice(mine.position(), n).equals(theirs.slice(theirs.position(), n))) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(length);
  }

  /** The bytes of the elements from {@code at} on that lie in one slice. */
  private ByteBuffer from(long at) {
    long element = first + at;
    int offset = (int) (element % WeightCodec.SLICE);
    int n = (int) Math.min(WeightCodec.SLICE - offset, length - at);
    byte[] slice = slices[(int) (element / WeightCodec.SLICE)];
    return ByteBuffer.wrap(slice, Float.BYTES * offset, Float.BYTES * n);
  }

  /** Writes all elements to a stream. */
  public void write(ByteOrder order, OutputStream out) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * CHUNK).order(order);
    int n;
    for (long at = first; at < first + length; at += n) {
      int offset = (int) (at % WeightCodec.SLICE);
      n = (int) Math.min(Math.min(CHUNK, WeightCodec.SLICE - offset), first + length - at);
      FloatBuffer values = WeightCodec.floats(slices[(int) (at / WeightCodec.SLICE)]);
      bytes.asFloatBuffer().put(values.slice(offset, n));
      out.write(bytes.array(), 0, Float.BYTES * n);
    }
  }

  /**
   * Reads a vector from a stream.
   *
   * @throws EOFException if the stream ends before {@code length} elements
   */
  public static WeightVector read(long length, ByteOrder order, InputStream in) throws IOException {
    byte[][] slices = WeightCodec.allocate(length);
    for (byte[] slice : slices) {
      if (in.readNBytes(slice, 0, slice.length) < slice.length) {
        throw new EOFException("it ends after fewer than " + length + " floats");
      }
      if (order != ByteOrder.LITTLE_ENDIAN) {
        WeightCodec.floats(slice).put(ByteBuffer.wrap(slice.clone()).order(order).asFloatBuffer());
      }
    }
    return new WeightVector(slices, 0, length);
  }
}
