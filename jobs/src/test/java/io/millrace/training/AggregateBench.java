package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.config.AveragingConfig.Reduce;
import io.millrace.wire.WeightCodec;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Averaging 8 and 128 simulated workers of 25.6 M parameters where the plan chooses: 8 on the
 * driver, 128 on executors. On one machine the slices of all workers share its cores, so the time
 * per byte is compared. The 128 send 8 distinct vectors, each again and again.
 */
public final class AggregateBench implements Benchmark {
  private static final int ELEMENTS = 25_600_000;
  private static final double VECTOR = (double) Float.BYTES * ELEMENTS;
  private static final int SLICES = WeightCodec.slices(ELEMENTS);
  private static final int DISTINCT = 8;
  private static final long LOOK_MILLIS = 300;

  @Override
  public void run(BenchReport report) throws Exception {
    try (JavaSparkContext spark = Bench.spark()) {
      int rdd = spark.emptyRDD().id();
      fill(rdd);
      double[] seconds =
          Bench.alternate(() -> average(spark, rdd, 128), () -> average(spark, rdd, 8));
      double many = seconds[0] / (128 * VECTOR / 1e9);
      double few = seconds[1] / (8 * VECTOR / 1e9);
      report.atMost("aggregate: s a GB, 128 workers / 8", many, few, many / few, 1.2);
      for (int workers : new int[] {8, 128}) {
        double vectors = vectors(spark, rdd, workers);
        report.atMost(
            "aggregate: driver memory in vectors, " + workers + " workers", vectors, 4, vectors, 4);
      }
    }
  }

  private static byte[][] average(JavaSparkContext spark, int rdd, int workers) {
    List<Averaging.Share> shares =
        IntStream.range(0, workers)
            .mapToObj(k -> new Averaging.Share(k % DISTINCT, 60 + k % 5, Location.here()))
            .toList();
    Averaging averaging = new Averaging(rdd, shares, SLICES, false);
    return Reduce.AUTO.onExecutors((long) (workers * VECTOR))
        ? ExecutorReduce.average(spark, averaging)
        : DriverReduce.average(averaging);
  }

  private static void fill(int rdd) {
    Random random = new Random(1);
    for (int worker = 0; worker < DISTINCT; worker++) {
      byte[][] slices = WeightCodec.allocate(ELEMENTS);
      for (int slice = 0; slice < SLICES; slice++) {
        random.nextBytes(slices[slice]);
        SliceBlocks.put(rdd, Averaging.number(worker, slice, SLICES), slices[slice]);
      }
    }
  }

  /** Most that is alive at any time of a round above what the workers' vectors take. */
  private static double vectors(JavaSparkContext spark, int rdd, int workers) throws Exception {
    double before = alive();
    Broadcast<byte[][]> master = spark.broadcast(WeightCodec.allocate(ELEMENTS));
    CompletableFuture<byte[][]> averaging =
        CompletableFuture.supplyAsync(() -> average(spark, rdd, workers));
    double most = before;
    boolean running = true;
    while (running) {
      try {
        averaging.get(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        running = false;
      } catch (TimeoutException e) {
        // It goes on.
      }
      most = Math.max(most, alive());
    }
    if (averaging.get().length != SLICES) {
      throw new IllegalStateException("Cannot measure: the average has too few slices");
    }
    master.destroy();
    return (most - before) / VECTOR;
  }

  private static double alive() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
