package io.millrace.exchange;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The sum of one slice over the workers, {@code sum_k c_k s_k} in double, in the order of the
 * workers, rounded once to fp32.
 */
final class SliceSum {
  /** Elements at a time, so that all that follows stays in the first cache. */
  private static final int CHUNK = 512;

  private SliceSum() {}

  /**
   * The sum, an fp32 slice.
   *
   * @param slices the slice of each worker
   * @param factors c_k of each
   */
  static byte[] of(List<ByteBuffer> slices, double[] factors, Wire wire) {
    int elements = slices.get(0).remaining() / wire.width();
    byte[] sums = new byte[Float.BYTES * elements];
    ByteBuffer out = ByteBuffer.wrap(sums).order(ByteOrder.LITTLE_ENDIAN);
    float[] value = new float[CHUNK];
    double[] sum = new double[CHUNK];
    for (int at = 0; at < elements; at += CHUNK) {
      int n = Math.min(CHUNK, elements - at);
      Arrays.fill(sum, 0);
      for (int worker = 0; worker < factors.length; worker++) {
        wire.read(slices.get(worker), at, value, n);
        add(sum, value, factors[worker], n);
      }
      narrow(sum, value, n);
      out.position(Float.BYTES * at).asFloatBuffer().put(value, 0, n);
    }
    return sums;
  }

  private static void add(double[] sum, float[] value, double factor, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += factor * value[i];
    }
  }

  private static void narrow(double[] sum, float[] value, int n) {
    for (int i = 0; i < n; i++) {
      value[i] = (float) sum[i];
    }
  }
}
