package io.millrace.exchange;

import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.LongStream;

/**
 * How to average what the workers of one round left in the cluster, slice by slice; on the driver
 * or on executors, which gives the same bytes.
 *
 * @param run name of the run
 * @param rdd the RDD whose blocks the slices are
 * @param shares the workers that count, in worker order
 * @param slices slices of a vector
 * @param exchange what the slices are
 * @param wire how wide their elements are
 * @param weighted false for workers that count the same, whatever they used
 */
public record Averaging(
    String run,
    int rdd,
    List<Share> shares,
    int slices,
    Exchange exchange,
    Wire wire,
    boolean weighted)
    implements Serializable {
  /** What one worker counts, and where its slices are. */
  public record Share(int worker, long examples, Location location) implements Serializable {}

  /**
   * Slice {@code slice} of all workers as one, fp32. Holds that slice of all workers of other JVMs.
   *
   * @throws java.io.UncheckedIOException when that of a worker is gone
   */
  byte[] average(int slice) {
    List<ByteBuffer> values =
        shares.stream()
            .map(each -> SliceBlocks.get(rdd, number(each.worker(), slice), each.location()))
            .toList();
    long[] examples = shares.stream().mapToLong(Share::examples).toArray();
    return exchange.reduce(values, examples, weighted, wire);
  }

  /** What each worker counts. */
  static long[] counts(long[] examples, boolean weighted) {
    return weighted ? examples : LongStream.range(0, examples.length).map(each -> 1).toArray();
  }

  private int number(int worker, int slice) {
    return number(worker, slice, slices);
  }

  /** Number of a worker's slice among the blocks of the RDD. */
  public static int number(int worker, int slice, int slices) {
    return Math.addExact(Math.multiplyExact(worker, slices), slice);
  }
}
