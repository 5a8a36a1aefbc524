package io.millrace.exchange;

import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import io.millrace.wire.Packed;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Averages on executors: each takes some slices of all workers, and the driver receives one vector
 * whatever the number of workers. Gives the bytes of {@link DriverReduce}.
 */
public final class ExecutorReduce {
  private ExecutorReduce() {}

  /** The average in slices. */
  public static byte[][] average(JavaSparkContext spark, Averaging averaging) {
    List<Integer> numbers = IntStream.range(0, averaging.slices()).boxed().toList();
    JavaRDD<Integer> slices =
        spark.parallelize(numbers, Math.min(numbers.size(), spark.defaultParallelism()));
    int averages = slices.id();
    try {
      List<byte[]> makers = slices.map(slice -> make(averaging, slice, averages)).collect();
      return numbers.stream()
          .parallel()
          .map(slice -> fetch(averages, slice, makers.get(slice)))
          .toArray(byte[][]::new);
    } finally {
      SliceBlocks.drop(averages);
    }
  }

  /** Makes one average and keeps it; returns where, or nothing where a worker's slice is gone. */
  private static byte[] make(Averaging averaging, int slice, int averages) {
    try {
      SliceBlocks.put(averaging.run(), averages, slice, averaging.average(slice));
      return Packed.pack(Location.here());
    } catch (UncheckedIOException e) {
      // To fail here would only make Spark try in vain.
      return new byte[0];
    }
  }

  private static byte[] fetch(int averages, int slice, byte[] maker) {
    if (maker.length == 0) {
      throw new UncheckedIOException(new java.io.IOException("slice " + slice + " is gone"));
    }
    ByteBuffer bytes = SliceBlocks.get(averages, slice, Packed.unpack(maker, Location.class));
    if (bytes.hasArray() && bytes.array().length == bytes.remaining()) {
      return bytes.array();
    }
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return copy;
  }
}
