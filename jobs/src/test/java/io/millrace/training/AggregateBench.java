package io.millrace.training;

import io.millrace.backend.Compute;
import io.millrace.bench.BenchReport;
import io.millrace.bench.Benchmark;
import io.millrace.epoch.FeedReport;
import io.millrace.wire.WeightCodec;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Averaging 8 and 128 simulated workers of 25.6 M parameters on executors, as the plan chooses for
 * both. On one machine the slices of all workers share its cores, so the time per byte is compared.
 */
public final class AggregateBench implements Benchmark {
  private static final int ELEMENTS = 25_600_000;

  @Override
  public void run(BenchReport report) throws Exception {
    try (JavaSparkContext spark = Bench.spark()) {
      double few = secondsPerGigabyte(spark, 8, 3);
      double many = secondsPerGigabyte(spark, 128, 1);
      report.atMost("seconds a GB, 128 workers against 8", many, few, many / few, 1.2);
    }
  }

  private static double secondsPerGigabyte(JavaSparkContext spark, int workers, int runs)
      throws Exception {
    double[] seconds = new double[runs];
    for (int run = 0; run < runs; run++) {
      List<Integer> numbers = IntStream.range(0, workers).boxed().toList();
      JavaRDD<byte[][]> results = spark.parallelize(numbers, workers).map(AggregateBench::result);
      seconds[run] =
          Bench.seconds(
              () ->
                  ExecutorReduce.reduce(
                      results, workers, ELEMENTS, false, spark.defaultParallelism()));
    }
    return BenchReport.median(seconds) / (4e-9 * ELEMENTS * workers);
  }

  private static byte[][] result(int worker) {
    byte[][] slices = WeightCodec.allocate(ELEMENTS);
    Random random = new Random(worker);
    for (byte[] slice : slices) {
      WeightCodec.floats(slice).put(0, random.nextFloat());
    }
    FeedReport feed = new FeedReport(1, 0, 0, 0, 0, 0, 0, 0);
    return WorkerResult.pack(
        new WorkerResult(worker, 1, 1, 0, -1, new float[0][], "", Compute.here(), feed, 0, 0, 0),
        slices);
  }
}
