package io.millrace.wire;

import io.millrace.backend.HostAccess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Long fp32 vectors as little-endian byte arrays, the only form in which weights cross Spark. A
 * vector is cut into slices of {@link #SLICE} elements, so that no array grows with the model.
 * Copies go in bulk, never element by element.
 */
public final class WeightCodec {
  /**
   * Elements of every slice but the last: 4 MiB with the array's header, a size that the collector
   * of a usual heap never copies.
   */
  public static final int SLICE = (1 << 20) - 16;

  /** Elements that are looked at together, so that they stay in the first cache. */
  private static final int CHUNK = 1024;

  private WeightCodec() {}

  /** Slices of a vector of {@code elements}. */
  public static int slices(long elements) {
    return Math.toIntExact((elements + SLICE - 1) / SLICE);
  }

  /** Elements of slice {@code slice} of a vector of {@code elements}. */
  public static int length(int slice, long elements) {
    return (int) Math.min(SLICE, elements - (long) slice * SLICE);
  }

  /** A vector of zeros. */
  public static byte[][] allocate(long elements) {
    byte[][] slices = new byte[slices(elements)][];
    for (int i = 0; i < slices.length; i++) {
      slices[i] = new byte[Float.BYTES * length(i, elements)];
    }
    return slices;
  }

  /** The first elements of a vector as a new flat array outside of workspaces, [elements]. */
  public static INDArray array(byte[][] slices, long elements) {
    INDArray array = Nd4j.createUninitializedDetached(DataType.FLOAT, elements);
    try (HostAccess to = HostAccess.writing(array)) {
      get(slices, 0, to, 0, elements);
    }
    return array;
  }

  /** The floats of one slice, as a view. */
  public static FloatBuffer floats(byte[] slice) {
    return ByteBuffer.wrap(slice).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
  }

  /** Writes {@code from} to elements {@code [at, at + from.length)}. */
  public static void put(float[] from, byte[][] to, long at) {
    walk(
        at,
        from.length,
        (slice, offset, done, n) -> floats(to[slice]).position(offset).put(from, (int) done, n));
  }

  /** Makes elements {@code [at, at + n)} 0. */
  public static void zero(byte[][] slices, long at, long n) {
    walk(
        at,
        n,
        (slice, offset, done, count) ->
            Arrays.fill(
                slices[slice], Float.BYTES * offset, Float.BYTES * (offset + count), (byte) 0));
  }

  /** Reads elements {@code [at, at + to.length)} into {@code to}. */
  public static void get(byte[][] from, long at, float[] to) {
    walk(
        at,
        to.length,
        (slice, offset, done, n) -> floats(from[slice]).position(offset).get(to, (int) done, n));
  }

  /** Writes elements {@code [first, first + n)} of a flat array to {@code [at, at + n)}. */
  public static void put(HostAccess from, long first, byte[][] to, long at, long n) {
    walk(
        at,
        n,
        (slice, offset, done, count) ->
            from.bytes(first + done, count)
                .get(to[slice], Float.BYTES * offset, Float.BYTES * count));
  }

  /** Reads elements {@code [at, at + n)} into {@code [first, first + n)} of a flat array. */
  public static void get(byte[][] from, long at, HostAccess to, long first, long n) {
    walk(
        at,
        n,
        (slice, offset, done, count) ->
            to.bytes(first + done, count)
                .put(from[slice], Float.BYTES * offset, Float.BYTES * count));
  }

  /**
   * Whether elements {@code [first, first + n)} of a flat array and {@code [at, at + n)} agree to
   * the bit.
   */
  public static boolean same(HostAccess array, long first, byte[][] slices, long at, long n) {
    AtomicBoolean same = new AtomicBoolean(true);
    walk(
        at,
        n,
        (slice, offset, done, count) -> {
          ByteBuffer here = array.bytes(first + done, count);
          int bytes = here.remaining();
          if (!here.equals(ByteBuffer.wrap(slices[slice], Float.BYTES * offset, bytes))) {
            same.set(false);
          }
        });
    return same.get();
  }

  /** Whether the first {@code elements} of a vector are all finite. */
  public static boolean isFinite(byte[][] slices, long elements) {
    float[] values = new float[CHUNK];
    float[] probes = new float[CHUNK];
    for (long at = 0; at < elements; ) {
      int offset = (int) (at % SLICE);
      int n = (int) Math.min(Math.min(CHUNK, SLICE - offset), elements - at);
      floats(slices[(int) (at / SLICE)]).get(offset, values, 0, n);
      probe(values, probes, n);
      at += n;
    }
    for (float probe : probes) {
      if (Float.isNaN(probe)) {
        return false;
      }
    }
    return true;
  }

  /** Adds 0 for what is finite and else NaN, which stays. */
  private static void probe(float[] values, float[] probes, int n) {
    for (int i = 0; i < n; i++) {
      probes[i] += 0 * values[i];
    }
  }

  /** The difference {@code value - base} of one slice, as bf16, rounded to nearest even. */
  public static byte[] difference(byte[] value, byte[] base) {
    FloatBuffer values = floats(value);
    FloatBuffer bases = floats(base);
    byte[] difference = new byte[value.length / 2];
    var out = ByteBuffer.wrap(difference).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    for (int i = 0; i < out.limit(); i++) {
      out.put(i, Bfloat16.round(values.get(i) - bases.get(i)));
    }
    return difference;
  }

  /** One slice as bf16, rounded to nearest even. */
  public static byte[] bf16(byte[] slice) {
    FloatBuffer values = floats(slice);
    byte[] narrow = new byte[slice.length / 2];
    var out = ByteBuffer.wrap(narrow).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    for (int i = 0; i < out.limit(); i++) {
      out.put(i, Bfloat16.round(values.get(i)));
    }
    return narrow;
  }

  /** Reads elements {@code [at, at + n)} of an fp32 slice. */
  public static void read(ByteBuffer slice, int at, float[] to, int n) {
    ByteBuffer bytes = slice.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(slice.position() + Float.BYTES * at).asFloatBuffer().get(to, 0, n);
  }

  /** Reads elements {@code [at, at + n)} of a bf16 slice as fp32. */
  public static void widen(ByteBuffer slice, int at, float[] to, int n) {
    ByteBuffer bytes = slice.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < n; i++) {
      to[i] = Bfloat16.widen(bytes.getShort(slice.position() + Short.BYTES * (at + i)));
    }
  }

  /** Adds {@code base} to {@code difference} in place. */
  public static void add(byte[][] base, byte[][] difference) {
    for (int slice = 0; slice < base.length; slice++) {
      FloatBuffer bases = floats(base[slice]);
      FloatBuffer sums = floats(difference[slice]);
      for (int i = 0; i < bases.limit(); i++) {
        sums.put(i, bases.get(i) + sums.get(i));
      }
    }
  }

  interface Stretch {
    void copy(int slice, int offset, long done, int n);
  }

  static void walk(long at, long elements, Stretch stretch) {
    for (long done = 0; done < elements; ) {
      int slice = (int) ((at + done) / SLICE);
      int offset = (int) ((at + done) % SLICE);
      int n = (int) Math.min(SLICE - offset, elements - done);
      stretch.copy(slice, offset, done, n);
      done += n;
    }
  }
}
