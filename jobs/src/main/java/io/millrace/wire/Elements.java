package io.millrace.wire;

import io.millrace.backend.HostAccess;
import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * Elements of a flat fp32 vector, copied to and from the heap in bulk, wherever they lie. Threads
 * may work side by side on different elements.
 */
public interface Elements {
  /** Copies elements {@code [at, at + n)} to {@code to}. */
  void get(long at, float[] to, int n);

  /** Copies {@code from} to elements {@code [at, at + n)}. */
  void put(long at, float[] from, int n);

  /** Those of an array in native memory, as long as it is open. */
  static Elements of(HostAccess access) {
    FloatBuffer floats = access.floats();
    return new Elements() {
      @Override
      public void get(long at, float[] to, int n) {
        floats.get(Math.toIntExact(at), to, 0, n);
      }

      @Override
      public void put(long at, float[] from, int n) {
        floats.put(Math.toIntExact(at), from, 0, n);
      }
    };
  }

  /** Those of a vector in slices. */
  static Elements of(byte[][] slices) {
    FloatBuffer[] floats =
        Arrays.stream(slices).map(WeightCodec::floats).toArray(FloatBuffer[]::new);
    return new Elements() {
      @Override
      public void get(long at, float[] to, int n) {
        WeightCodec.walk(
            at,
            n,
            (slice, offset, done, count) -> floats[slice].get(offset, to, (int) done, count));
      }

      @Override
      public void put(long at, float[] from, int n) {
        WeightCodec.walk(
            at,
            n,
            (slice, offset, done, count) -> floats[slice].put(offset, from, (int) done, count));
      }
    };
  }

  /** These to be read, and others to be written. */
  default Elements into(Elements target) {
    return new Elements() {
      @Override
      public void get(long at, float[] to, int n) {
        Elements.this.get(at, to, n);
      }

      @Override
      public void put(long at, float[] from, int n) {
        target.put(at, from, n);
      }
    };
  }
}
