package io.millrace.exchange;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;

/**
 * The average of one slice over the workers, weighted by examples: {@code w_1 + sum_k n_k (w_k -
 * w_1) / sum_k n_k} in double, in the order of the workers.
 *
 * <p>In real numbers this is {@code w0 + sum_k (n_k/N) (w_k - w0)} for any {@code w0}, as the
 * weights sum to 1. The first worker's value in the place of the broadcast one makes equal inputs
 * give that vector bit for bit whatever their distance from {@code w0}, and needs no {@code w0}
 * where executors average.
 */
final class SliceAverage {
  /** Elements at a time, so that all that follows stays in the first cache. */
  private static final int CHUNK = 512;

  private final Wire wire;
  private final float[] first = new float[CHUNK];
  private final float[] value = new float[CHUNK];
  private final double[] wideFirst = new double[CHUNK];
  private final double[] wide = new double[CHUNK];
  private final double[] sum = new double[CHUNK];

  private SliceAverage(Wire wire) {
    this.wire = wire;
  }

  /**
   * The average, an fp32 slice.
   *
   * @param slices the slice of each worker
   * @param examples n_k > 0 of each worker
   * @param wire how wide their elements are
   */
  static byte[] of(List<ByteBuffer> slices, long[] examples, Wire wire) {
    int elements = slices.get(0).remaining() / wire.width();
    byte[] average = new byte[Float.BYTES * elements];
    ByteBuffer out = ByteBuffer.wrap(average).order(ByteOrder.LITTLE_ENDIAN);
    SliceAverage chunk = new SliceAverage(wire);
    for (int at = 0; at < elements; at += CHUNK) {
      int n = Math.min(CHUNK, elements - at);
      chunk.average(slices, examples, at, n);
      out.position(Float.BYTES * at).asFloatBuffer().put(chunk.value, 0, n);
    }
    return average;
  }

  private void average(List<ByteBuffer> slices, long[] examples, int at, int n) {
    wire.read(slices.get(0), at, first, n);
    widen(first, wideFirst, n);
    Arrays.fill(sum, 0);
    for (int worker = 1; worker < examples.length; worker++) {
      wire.read(slices.get(worker), at, value, n);
      widen(value, wide, n);
      add(examples[worker], n);
    }
    finish(1.0 / Arrays.stream(examples).sum(), n);
  }

  // One kind of work a loop: C2 makes vectors of arithmetic in one type, and conversions that stand
  // in the midst of other work wait for each other.

  private static void widen(float[] from, double[] to, int n) {
    for (int i = 0; i < n; i++) {
      to[i] = from[i];
    }
  }

  private void add(double weight, int n) {
    for (int i = 0; i < n; i++) {
      sum[i] += weight * (wideFirst[i] - wide[i]);
    }
  }

  private void finish(double scale, int n) {
    for (int i = 0; i < n; i++) {
      // A difference of equal numbers is +0, and only taken away does it leave -0 as it is.
      wide[i] = wideFirst[i] - scale * sum[i];
    }
    for (int i = 0; i < n; i++) {
      value[i] = (float) wide[i];
    }
  }
}
