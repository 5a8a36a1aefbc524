package io.millrace.wire;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/** A vector of doubles on the driver's heap, in slices as long as those of {@link WeightCodec}. */
public final class WideVector {
  private final double[][] slices;
  private final long length;

  private WideVector(double[][] slices, long length) {
    this.slices = slices;
    this.length = length;
  }

  /** A vector of zeros. */
  public static WideVector zeros(long length) {
    double[][] slices = new double[WeightCodec.slices(length)][];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = new double[WeightCodec.length(i, length)];
    }
    return new WideVector(slices, length);
  }

  /** A copy of {@code values}. */
  public static WideVector of(double... values) {
    WideVector vector = zeros(values.length);
    int at = 0;
    for (double[] slice : vector.slices) {
      System.arraycopy(values, at, slice, 0, slice.length);
      at += slice.length;
    }
    return vector;
  }

  /** The same numbers, wide. */
  public static WideVector of(WeightVector narrow) {
    WideVector vector = zeros(narrow.length());
    long at = 0;
    for (double[] slice : vector.slices) {
      float[] values = new float[slice.length];
      narrow.get(at, values);
      for (int i = 0; i < values.length; i++) {
        slice[i] = values[i];
      }
      at += values.length;
    }
    return vector;
  }

  /** Elements. */
  public long length() {
    return length;
  }

  /** Makes new values of one slice. */
  @FunctionalInterface
  public interface Step {
    /**
     * Makes them in place.
     *
     * @param values the values of a slice
     * @param slice its number
     */
    void make(double[] values, int slice);
  }

  /** Makes new values of all slices, side by side. */
  public void update(Step step) {
    IntStream.range(0, slices.length).parallel().forEach(each -> step.make(slices[each], each));
  }

  /** The values of a slice, not a copy of them. */
  public double[] slice(int slice) {
    return slices[slice];
  }

  /** A vector of its own with the same values. */
  public WideVector copy() {
    return new WideVector(
        Arrays.stream(slices).map(double[]::clone).toArray(double[][]::new), length);
  }

  /** Copies elements {@code [from, from + n)} to {@code [to, to + n)} of another vector. */
  public void copyTo(long from, WideVector target, long to, long n) {
    int count;
    for (long done = 0; done < n; done += count) {
      int offset = (int) ((from + done) % WeightCodec.SLICE);
      int place = (int) ((to + done) % WeightCodec.SLICE);
      count = (int) Math.min(n - done, WeightCodec.SLICE - Math.max(offset, place));
      System.arraycopy(
          slices[(int) ((from + done) / WeightCodec.SLICE)],
          offset,
          target.slices[(int) ((to + done) / WeightCodec.SLICE)],
          place,
          count);
    }
  }

  /** Rounded to fp32. */
  public WeightVector narrow() {
    byte[][] narrow = WeightCodec.allocate(length);
    IntStream.range(0, slices.length)
        .parallel()
        .forEach(
            slice -> {
              float[] values = new float[slices[slice].length];
              for (int i = 0; i < values.length; i++) {
                values[i] = (float) slices[slice][i];
              }
              WeightCodec.floats(narrow[slice]).put(values);
            });
    return new WeightVector(narrow, 0, length);
  }

  /** All elements as one array. */
  public double[] toArray() {
    return Arrays.stream(slices).flatMapToDouble(Arrays::stream).toArray();
  }

  /** Writes all elements to a stream, little-endian. */
  public void write(OutputStream out) throws IOException {
    for (double[] slice : slices) {
      ByteBuffer bytes = buffer(slice.length);
      bytes.asDoubleBuffer().put(slice);
      out.write(bytes.array());
    }
  }

  /**
   * Reads a vector from a stream.
   *
   * @throws EOFException if the stream ends before {@code length} elements
   */
  public static WideVector read(long length, InputStream in) throws IOException {
    WideVector vector = zeros(length);
    for (double[] slice : vector.slices) {
      ByteBuffer bytes = buffer(slice.length);
      if (in.readNBytes(bytes.array(), 0, bytes.capacity()) < bytes.capacity()) {
        throw new EOFException("it ends after fewer than " + length + " doubles");
      }
      bytes.asDoubleBuffer().get(slice);
    }
    return vector;
  }

  private static ByteBuffer buffer(int elements) {
    return ByteBuffer.allocate(Double.BYTES * elements).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Whether the other is a vector of the same bits. */
  @Override
  public boolean equals(Object other) {
    return other instanceof WideVector vector
        && vector.length == length
        && Arrays.deepEquals(vector.slices, slices);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(length);
  }
}
