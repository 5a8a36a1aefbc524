package io.millrace.training;

import io.millrace.wire.WeightCodec;
import java.util.Arrays;

/**
 * The average of one slice over the workers, weighted by examples: {@code w_1 + sum_k n_k (w_k -
 * w_1) / sum_k n_k} in double, in the order in which the workers are added.
 *
 * <p>In real numbers this is {@code w0 + sum_k (n_k/N) (w_k - w0)} for any {@code w0}, as the
 * weights sum to 1. The first worker's value in the place of the broadcast one makes equal inputs
 * give that vector bit for bit whatever their distance from {@code w0}, and needs no {@code w0}
 * where executors average.
 */
final class SliceAverage {
  private final boolean bf16;
  private final float[] value;
  private final float[] first;
  private final double[] sum;
  private long examples;

  /**
   * An average of nothing yet.
   *
   * @param elements elements of the slice
   * @param bf16 whether the slices are bf16, else fp32; the average is fp32
   */
  SliceAverage(int elements, boolean bf16) {
    this.bf16 = bf16;
    this.value = new float[elements];
    this.first = new float[elements];
    this.sum = new double[elements];
  }

  /** Adds the next worker, which used {@code n} > 0 examples. */
  void add(byte[] slice, long n) {
    if (examples == 0) {
      read(slice, first);
    } else {
      read(slice, value);
      for (int i = 0; i < sum.length; i++) {
        sum[i] += n * ((double) value[i] - first[i]);
      }
    }
    examples += n;
  }

  /** The average so far as an fp32 slice; starts anew. */
  byte[] take() {
    double total = examples;
    for (int i = 0; i < sum.length; i++) {
      // A sum of 0 must not turn -0 into +0.
      value[i] = sum[i] == 0 ? first[i] : (float) (first[i] + sum[i] / total);
    }
    byte[] average = new byte[Float.BYTES * sum.length];
    WeightCodec.floats(average).put(value);
    Arrays.fill(sum, 0);
    examples = 0;
    return average;
  }

  private void read(byte[] slice, float[] to) {
    if (bf16) {
      WeightCodec.widen(slice, to);
    } else {
      WeightCodec.floats(slice).get(to);
    }
  }
}
