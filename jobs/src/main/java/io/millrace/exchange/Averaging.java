package io.millrace.exchange;

import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * How to average what the workers of one round left in the cluster, slice by slice; on the driver
 * or on executors, which gives the same bytes.
 *
 * @param run name of the run
 * @param rdd the RDD whose blocks the slices are
 * @param shares the workers that count, in worker order
 * @param slices slices of a vector
 * @param bf16 whether they are bf16, else fp32
 */
public record Averaging(String run, int rdd, List<Share> shares, int slices, boolean bf16)
    implements Serializable {
  /** What one worker counts, and where its slices are. */
  public record Share(int worker, long examples, Location location) implements Serializable {}

  /**
   * The average of slice {@code slice}, fp32. Holds that slice of all workers of other JVMs.
   *
   * @throws java.io.UncheckedIOException when that of a worker is gone
   */
  byte[] average(int slice) {
    List<ByteBuffer> values =
        shares.stream()
            .map(each -> SliceBlocks.get(rdd, number(each.worker(), slice), each.location()))
            .toList();
    long[] examples = shares.stream().mapToLong(Share::examples).toArray();
    return SliceAverage.of(values, examples, bf16);
  }

  private int number(int worker, int slice) {
    return number(worker, slice, slices);
  }

  /** Number of a worker's slice among the blocks of the RDD. */
  public static int number(int worker, int slice, int slices) {
    return Math.addExact(Math.multiplyExact(worker, slices), slice);
  }
}
