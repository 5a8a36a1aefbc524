package io.millrace.training;

import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import io.millrace.exchange.Averaging;
import io.millrace.exchange.AveragingConfig.Reduce;
import io.millrace.exchange.DriverReduce;
import io.millrace.exchange.ExecutorReduce;
import io.millrace.exchange.Weights;
import io.millrace.exchange.Wire;
import io.millrace.wire.WeightCodec;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Averaging 8 and 128 simulated workers of 25.6 M parameters where the plan chooses: 8 on the
 * driver, 128 on executors. On one machine the slices of all workers share its cores, so the time
 * per byte is compared. The 128 share the memory of 8 vectors, each with its slices in an order of
 * its own, so that what is averaged together lies in different places.
 */
public final class AggregateBench implements Benchmark {
  private static final int ELEMENTS = 25_600_000;
  private static final double VECTOR = (double) Float.BYTES * ELEMENTS;
  private static final int SLICES = WeightCodec.slices(ELEMENTS);
  private static final int WORKERS = 128;
  private static final int DISTINCT = 8;
  private static final long LOOK_MILLIS = 300;

  @Override
  public void run(BenchReport report) throws Exception {
    // Spark counts shared memory once for each worker and would write it to disk.
    SparkConf conf = Bench.conf().set("spark.testing.memory", Long.toString((long) WORKERS << 30));
    try (JavaSparkContext spark = new JavaSparkContext(conf)) {
      int rdd = spark.emptyRDD().id();
      fill(rdd);
      double[] seconds =
          Bench.alternate(() -> average(spark, rdd, WORKERS), () -> average(spark, rdd, 8));
      double many = seconds[0] / (WORKERS * VECTOR / 1e9);
      double few = seconds[1] / (8 * VECTOR / 1e9);
      report.atMost("s a GB, 128 workers / 8", many, few, many / few, 1.2);
      for (int workers : new int[] {8, 128}) {
        double vectors = vectors(spark, rdd, workers);
        report.atMost("driver memory in vectors, " + workers + " workers", vectors, 4, vectors, 4);
      }
    }
  }

  private static byte[][] average(JavaSparkContext spark, int rdd, int workers) {
    List<Averaging.Share> shares =
        IntStream.range(0, workers)
            .mapToObj(k -> new Averaging.Share(k, 60 + k % 5, Location.here()))
            .toList();
    Averaging averaging =
        new Averaging("bench", rdd, shares, SLICES, new Weights(), Wire.FP32, true);
    return Reduce.AUTO.onExecutors((long) (workers * VECTOR))
        ? ExecutorReduce.average(spark, averaging)
        : DriverReduce.average(averaging);
  }

  private static void fill(int rdd) {
    Random random = new Random(1);
    byte[][][] vectors = new byte[DISTINCT][][];
    for (int i = 0; i < DISTINCT; i++) {
      vectors[i] = WeightCodec.allocate(ELEMENTS);
      for (byte[] slice : vectors[i]) {
        random.nextBytes(slice);
      }
    }
    int last = SLICES - 1; // shorter than the others
    for (int worker = 0; worker < WORKERS; worker++) {
      for (int slice = 0; slice < SLICES; slice++) {
        int from = slice == last ? last : (slice + worker / DISTINCT) % last;
        int number = Averaging.number(worker, slice, SLICES);
        SliceBlocks.put("bench", rdd, number, vectors[worker % DISTINCT][from]);
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
