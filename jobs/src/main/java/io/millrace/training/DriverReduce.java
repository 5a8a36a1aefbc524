package io.millrace.training;

import io.millrace.wire.WeightCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;

/**
 * Averages on the driver, slices side by side. It holds the slices of all workers until the last
 * has arrived: workers times the vector.
 */
final class DriverReduce {
  private DriverReduce() {}

  static Reduction reduce(JavaRDD<byte[][]> round, long elements, boolean bf16, boolean weighted) {
    long start = System.nanoTime();
    List<byte[][]> packed = round.collect();
    return average(packed, elements, bf16, weighted, System.nanoTime() - start);
  }

  /** The average of packed results, which are let go slice by slice. */
  static Reduction average(
      List<byte[][]> packed, long elements, boolean bf16, boolean weighted, long jobNanos) {
    long start = System.nanoTime();
    List<WorkerResult> results = new ArrayList<>();
    packed.forEach(worker -> results.add(WorkerResult.unpack(worker)));
    byte[][] average = new byte[WeightCodec.slices(elements)][];
    if (results.stream().anyMatch(result -> result.examples() > 0)) {
      IntStream.range(0, average.length)
          .parallel()
          .forEach(
              slice -> average[slice] = average(slice, packed, results, elements, bf16, weighted));
    }
    return new Reduction(
        results,
        average,
        Math.max(0, jobNanos - Reduction.longest(results)),
        System.nanoTime() - start);
  }

  private static byte[] average(
      int slice,
      List<byte[][]> packed,
      List<WorkerResult> results,
      long elements,
      boolean bf16,
      boolean weighted) {
    SliceAverage average = new SliceAverage(WeightCodec.length(slice, elements), bf16);
    for (int worker = 0; worker < results.size(); worker++) {
      long examples = results.get(worker).examples();
      if (examples > 0) {
        average.add(packed.get(worker)[slice + 1], weighted ? examples : 1);
        packed.get(worker)[slice + 1] = null;
      }
    }
    return average.take();
  }
}
