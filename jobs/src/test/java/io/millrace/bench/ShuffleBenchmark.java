package io.millrace.bench;

import static org.apache.spark.sql.functions.rand;

import io.millrace.SharedSpark;
import io.millrace.dataset.Block;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.ParquetBlockReader;
import io.millrace.dataset.ParquetBlockWriter;
import io.millrace.epoch.EpochShape;
import io.millrace.epoch.FeedSpec;
import io.millrace.epoch.WindowedRead;
import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import scala.Tuple2;

/**
 * One epoch of 48,000 images of 10 KB read in shuffled order by two Spark tasks, against Spark's
 * {@code orderBy(rand())} and against the stored order.
 */
final class ShuffleBenchmark implements Benchmark {
  private static final int WORKERS = 2;
  private static final int ROWS = 48_000;
  private static final int IMAGE_BYTES = 10_000;
  private static final int BLOCK_ROWS = 256;
  private static final int FILE_ROWS = 16 * BLOCK_ROWS;
  private static final int WINDOW = 16;
  private static final int TIMES = 5;

  private final Configuration conf = new Configuration();

  @Override
  public void run(BenchReport report) throws Exception {
    Path folder = Files.createTempDirectory("millrace-shuffle");
    try {
      List<Block> blocks = write(folder);
      long setBytes = blocks.stream().mapToLong(Block::bytes).sum();
      double[] ours = new double[TIMES];
      double[] stored = new double[TIMES];
      double[] sorted = new double[TIMES];
      double[] read = new double[TIMES];
      long sum = storedOrder(folder, blocks);
      Work.warmUp(() -> require(sum, shuffled(folder, blocks, 0)._1()));
      Work.warmUp(() -> require(sum, storedOrder(folder, blocks)));
      Work.warmUp(() -> require(sum, orderByRand(folder, 0)));
      for (int i = 0; i < TIMES; i++) {
        int epoch = i;
        ours[i] =
            seconds(
                sum,
                () -> {
                  var result = shuffled(folder, blocks, epoch);
                  read[epoch] = result._2();
                  return result._1();
                });
        stored[i] = seconds(sum, () -> storedOrder(folder, blocks));
        sorted[i] = seconds(sum, () -> orderByRand(folder, epoch));
      }
      double own = BenchReport.median(ours);
      double sort = BenchReport.median(sorted);
      double plain = BenchReport.median(stored);
      double bytes = BenchReport.median(read);
      report.atLeast("orderBy(rand()) / ours, s", own, sort, sort / own, 3);
      report.atMost("ours / stored order, s", own, plain, own / plain, 1.05);
      report.atMost("bytes read / bytes in the set", bytes, setBytes, bytes / setBytes, 1.1);
    } finally {
      delete(folder);
    }
  }

  private interface Read {
    long sum() throws Exception;
  }

  private static double seconds(long expected, Read read) throws Exception {
    long start = System.nanoTime();
    long sum = read.sum();
    double seconds = (System.nanoTime() - start) / 1e9;
    require(expected, sum);
    return seconds;
  }

  private static void require(long expected, long sum) {
    if (sum != expected) {
      throw new IllegalStateException(
          "Cannot compare: the sides read different bytes (%d, %d)".formatted(expected, sum));
    }
  }

  private Tuple2<Long, Long> shuffled(Path folder, List<Block> blocks, int epoch) {
    var reader = new ParquetBlockReader(folder.toString(), conf);
    return onWorkers(
        worker -> {
          // A fresh count: in local mode tasks may share the object.
          long before = reader.bytesRead();
          long sum = WindowedRead.sum(feed(blocks, reader, epoch), worker);
          return new Tuple2<>(sum, reader.bytesRead() - before);
        });
  }

  private static FeedSpec feed(List<Block> blocks, ParquetBlockReader reader, int epoch) {
    var images =
        new FeedSpec.Images(
            1,
            1,
            1,
            List.of(),
            new float[1],
            new float[] {1},
            10,
            new LabelSmoothing(0),
            MixingTimes.NEVER);
    var shape = new EpochShape(ROWS, WORKERS, 64);
    return new FeedSpec("shuffle", 1, epoch + 1, shape, WINDOW, blocks, reader, images);
  }

  private long storedOrder(Path folder, List<Block> blocks) {
    var reader = new ParquetBlockReader(folder.toString(), conf);
    int half = (blocks.size() + 1) / WORKERS;
    return onWorkers(
            worker -> {
              long sum = 0;
              for (int i = worker * half; i < Math.min(blocks.size(), (worker + 1) * half); i++) {
                EncodedBlock block = reader.read(blocks.get(i));
                for (int row = 0; row < block.rows(); row++) {
                  sum += WindowedRead.sum(block, row);
                }
              }
              return new Tuple2<>(sum, 0L);
            })
        ._1();
  }

  private static long orderByRand(Path folder, int seed) {
    return SharedSpark.session()
        .read()
        .parquet(folder.toString())
        .orderBy(rand(seed))
        .select("image")
        .javaRDD()
        .map(
            row -> {
              byte[] image = row.getAs(0);
              return WindowedRead.sum(image, 0, image.length);
            })
        .reduce(Long::sum);
  }

  private static Tuple2<Long, Long> onWorkers(Function<Integer, Tuple2<Long, Long>> task) {
    return JavaSparkContext.fromSparkContext(SharedSpark.session().sparkContext())
        .parallelize(IntStream.range(0, WORKERS).boxed().toList(), WORKERS)
        .map(task)
        .reduce((a, b) -> new Tuple2<>(a._1() + b._1(), a._2() + b._2()));
  }

  private List<Block> write(Path folder) throws IOException {
    Random random = new Random(1);
    byte[] image = new byte[IMAGE_BYTES];
    List<Block> blocks = new ArrayList<>();
    for (int first = 0; first < ROWS; first += FILE_ROWS) {
      String name = "train-%05d.parquet".formatted(first / FILE_ROWS);
      var path = new org.apache.hadoop.fs.Path(folder.resolve(name).toString());
      try (var writer = new ParquetBlockWriter(path, BLOCK_ROWS, conf)) {
        for (int row = first; row < Math.min(ROWS, first + FILE_ROWS); row++) {
          random.nextBytes(image);
          writer.write(row, row % 10, image.clone());
        }
        var file = writer.finish(name);
        for (int i = 0; i < file.blocks().size(); i++) {
          var group = file.blocks().get(i);
          blocks.add(new Block(name, i, group.rows(), group.bytes()));
        }
      }
    }
    return blocks;
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
