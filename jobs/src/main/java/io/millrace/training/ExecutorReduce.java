package io.millrace.training;

import io.millrace.wire.Packed;
import io.millrace.wire.WeightCodec;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import scala.Tuple2;

/**
 * Averages on executors: every executor takes some slices of all workers, in worker order, and the
 * driver receives one vector whatever the number of workers. Gives the bytes of {@link
 * DriverReduce}. A record is keyed by (slice, worker); what the workers report beside their weights
 * travels as the slice after the last.
 */
final class ExecutorReduce {
  private ExecutorReduce() {}

  static Reduction reduce(
      JavaRDD<byte[][]> round, int workers, long elements, boolean bf16, int parallelism) {
    long start = System.nanoTime();
    int slices = WeightCodec.slices(elements);
    JavaPairRDD<Long, byte[][]> sorted =
        round
            .flatMapToPair(packed -> records(packed, workers, slices).iterator())
            .repartitionAndSortWithinPartitions(
                new BySlice(slices + 1, workers, Math.min(slices + 1, parallelism)));
    try {
      List<Tuple2<Integer, byte[]>> reduced =
          sorted
              .mapPartitions(records -> new Averages(records, workers, slices, elements, bf16))
              .collect();
      return assemble(reduced, slices, System.nanoTime() - start);
    } finally {
      sorted.rdd().cleanShuffleDependencies(false);
    }
  }

  private static List<Tuple2<Long, byte[][]>> records(byte[][] packed, int workers, int slices) {
    WorkerResult result = WorkerResult.unpack(packed);
    byte[] examples = ByteBuffer.allocate(Long.BYTES).putLong(result.examples()).array();
    List<Tuple2<Long, byte[][]>> records = new ArrayList<>();
    for (int slice = 0; slice < packed.length - 1; slice++) {
      records.add(
          new Tuple2<>(
              (long) slice * workers + result.worker(),
              new byte[][] {examples, packed[slice + 1]}));
    }
    records.add(
        new Tuple2<>(
            (long) slices * workers + result.worker(), new byte[][] {examples, packed[0]}));
    return records;
  }

  private static Reduction assemble(
      List<Tuple2<Integer, byte[]>> reduced, int slices, long jobNanos) {
    byte[][] average = new byte[slices][];
    List<WorkerResult> results = new ArrayList<>();
    for (Tuple2<Integer, byte[]> record : reduced) {
      if (record._1() < slices) {
        average[record._1()] = record._2();
      } else {
        results.add(Packed.unpack(record._2(), WorkerResult.class));
      }
    }
    return new Reduction(results, average, 0, Math.max(0, jobNanos - Reduction.longest(results)));
  }

  /** Contiguous slices to each partition. */
  private static final class BySlice extends Partitioner {
    private final int slices;
    private final int workers;
    private final int partitions;

    BySlice(int slices, int workers, int partitions) {
      this.slices = slices;
      this.workers = workers;
      this.partitions = partitions;
    }

    @Override
    public int numPartitions() {
      return partitions;
    }

    @Override
    public int getPartition(Object key) {
      return (int) ((Long) key / workers * partitions / slices);
    }
  }

  /** Turns records sorted by (slice, worker) into one average a slice, holding one slice. */
  private static final class Averages implements Iterator<Tuple2<Integer, byte[]>> {
    private final Iterator<Tuple2<Long, byte[][]>> records;
    private final int workers;
    private final int slices;
    private final long elements;
    private final boolean bf16;
    private Tuple2<Long, byte[][]> next;

    Averages(
        Iterator<Tuple2<Long, byte[][]>> records,
        int workers,
        int slices,
        long elements,
        boolean bf16) {
      this.records = records;
      this.workers = workers;
      this.slices = slices;
      this.elements = elements;
      this.bf16 = bf16;
      advance();
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Tuple2<Integer, byte[]> next() {
      int slice = slice();
      byte[] value;
      if (slice == slices) {
        value = next._2()[1];
        advance();
      } else {
        SliceAverage average = new SliceAverage(WeightCodec.length(slice, elements), bf16);
        while (next != null && slice() == slice) {
          average.add(next._2()[1], ByteBuffer.wrap(next._2()[0]).getLong());
          advance();
        }
        value = average.take();
      }
      return new Tuple2<>(slice, value);
    }

    private int slice() {
      return (int) (next._1() / workers);
    }

    private void advance() {
      next = records.hasNext() ? records.next() : null;
    }
  }
}
