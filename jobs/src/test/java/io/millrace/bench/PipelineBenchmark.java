package io.millrace.bench;

import io.millrace.dataset.Block;
import io.millrace.dataset.DatasetManifest;
import io.millrace.dataset.EncodedBlock;
import io.millrace.dataset.ParquetBlockReader;
import io.millrace.dataset.ParquetBlockWriter;
import io.millrace.epoch.EpochShape;
import io.millrace.epoch.FeedRead;
import io.millrace.epoch.FeedSpec;
import io.millrace.image.HorizontalFlip;
import io.millrace.image.ImageEncoder;
import io.millrace.image.ImageOperation;
import io.millrace.image.ImagePipeline;
import io.millrace.image.PixelBuffer;
import io.millrace.image.RandomCrop;
import io.millrace.image.RandomResizedCrop;
import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import io.millrace.random.KeyedRandom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToLongFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Images/s of an epoch from Parquet to augmented minibatches, as two workers take them round by
 * round, against decoding and augmenting the same images from memory with two bare threads. Each
 * measured epoch starts with nothing read or prepared. What Spark's job a round costs is the matter
 * of {@code empty-round} and {@code efficiency}. {@code deploy/bench pipeline}.
 */
final class PipelineBenchmark implements Benchmark {
  private static final int REPEATS = 7;
  private static final int WORKERS = 2;
  private static final int BLOCK_ROWS = 256;

  /** Different images of a set; the others repeat them under ids of their own. */
  private static final int DISTINCT = 512;

  /** One kind of data: how an image is made, and what happens to it. */
  private record Kind(
      String name, int rows, int side, int batch, List<ImageOperation> augment, boolean jpeg) {
    byte[] image(int id) {
      PixelBuffer pixels = new PixelBuffer().reshape(jpeg ? 375 : 32, jpeg ? 500 : 32, 3);
      KeyedRandom random = new KeyedRandom().key(1, 2, id);
      int width = pixels.width() * 3;
      for (int y = 0; y < pixels.height(); y++) {
        for (int x = 0; x < width; x++) {
          double wave = Math.sin((x + id) * 0.02) + Math.cos(y * 0.03 + id);
          pixels.data()[y * width + x] = (byte) (127 + 50 * wave + (random.nextLong() >>> 60));
        }
      }
      return jpeg ? ImageEncoder.jpeg(pixels, 90) : ImageEncoder.png(pixels);
    }
  }

  @Override
  public void run(BenchReport report) throws Exception {
    measure(
        report,
        new Kind(
            "JPEG 500x375 to 224, images/s",
            6 * 1024,
            224,
            64,
            List.of(
                new RandomResizedCrop(224, 224, 0.08, 1, 3.0 / 4, 4.0 / 3),
                new HorizontalFlip(0.5)),
            true));
    measure(
        report,
        new Kind(
            "PNG 32x32, images/s",
            60 * 1024,
            32,
            128,
            List.of(new RandomCrop(32, 32, 4), new HorizontalFlip(0.5)),
            false));
  }

  private static void measure(BenchReport report, Kind kind) throws Exception {
    java.nio.file.Path root = Files.createTempDirectory("pipeline");
    List<Block> blocks = write(kind, root);
    ParquetBlockReader reader = new ParquetBlockReader("file:" + root, new Configuration());
    List<EncodedBlock> memory = new ArrayList<>();
    for (Block block : blocks) {
      memory.add(reader.read(block));
    }
    Work feed = () -> feed(kind, blocks, reader);
    Work bare = () -> bare(kind, memory);
    Work.warmUp(feed);
    Work.warmUp(bare);
    double[] ours = new double[REPEATS];
    double[] peer = new double[REPEATS];
    for (int i = 0; i < REPEATS; i++) {
      ours[i] = kind.rows() / Work.seconds(feed);
      peer[i] = kind.rows() / Work.seconds(bare);
    }
    double a = BenchReport.median(ours);
    double b = BenchReport.median(peer);
    report.atLeast(kind.name(), a, b, a / b, 0.9);
    deleteAll(root);
  }

  private static void feed(Kind kind, List<Block> blocks, ParquetBlockReader reader)
      throws Exception {
    FeedSpec spec =
        new FeedSpec(
            "bench-" + System.nanoTime(),
            1,
            1,
            new EpochShape(kind.rows(), WORKERS, kind.batch()),
            16,
            blocks,
            reader,
            new FeedSpec.Images(
                kind.side(),
                kind.side(),
                3,
                kind.augment(),
                mean(),
                deviation(),
                10,
                new LabelSmoothing(0),
                MixingTimes.NEVER));
    long examples = 0;
    for (long each : onThreads(worker -> FeedRead.examples(spec, 8, worker))) {
      examples += each;
    }
    if (examples != kind.rows()) {
      throw new IllegalStateException("Cannot measure: fed " + examples + " of " + kind.rows());
    }
  }

  private static void bare(Kind kind, List<EncodedBlock> blocks) throws Exception {
    onThreads(thread -> decode(kind, blocks, thread));
  }

  private static List<Long> onThreads(IntToLongFunction work) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(WORKERS);
    List<Future<Long>> running = new ArrayList<>();
    for (int t = 0; t < WORKERS; t++) {
      int thread = t;
      running.add(threads.submit(() -> work.applyAsLong(thread)));
    }
    List<Long> done = new ArrayList<>();
    for (Future<Long> each : running) {
      done.add(each.get());
    }
    threads.shutdown();
    return done;
  }

  private static long decode(Kind kind, List<EncodedBlock> blocks, int thread) {
    int size = kind.side() * kind.side() * 3;
    FloatBuffer out =
        ByteBuffer.allocateDirect(kind.batch() * size * Float.BYTES)
            .order(ByteOrder.nativeOrder())
            .asFloatBuffer();
    KeyedRandom random = new KeyedRandom();
    try (ImagePipeline pipeline =
        new ImagePipeline(kind.augment(), kind.side(), kind.side(), 3, mean(), deviation())) {
      int next = 0;
      for (int b = thread; b < blocks.size(); b += WORKERS) {
        EncodedBlock block = blocks.get(b);
        for (int i = 0; i < block.rows(); i++) {
          int offset = block.offsets()[i];
          random.key(1, 0, block.ids()[i]);
          out.position(next++ % kind.batch() * size);
          pipeline.run(block.data(), offset, block.offsets()[i + 1] - offset, random, out);
        }
      }
      return next;
    }
  }

  private static List<Block> write(Kind kind, java.nio.file.Path root) throws IOException {
    Path file = new Path("file:" + root.resolve("part-0.parquet"));
    List<Block> blocks = new ArrayList<>();
    try (ParquetBlockWriter writer =
        new ParquetBlockWriter(file, BLOCK_ROWS, new Configuration())) {
      byte[][] images = new byte[DISTINCT][];
      for (int id = 0; id < kind.rows(); id++) {
        if (id < DISTINCT) {
          images[id] = kind.image(id);
        }
        writer.write(id, id % 10, images[id % DISTINCT]);
      }
      List<DatasetManifest.RowGroup> groups = writer.finish("part-0.parquet").blocks();
      for (int i = 0; i < groups.size(); i++) {
        blocks.add(new Block("part-0.parquet", i, groups.get(i).rows(), groups.get(i).bytes()));
      }
    }
    return blocks;
  }

  private static void deleteAll(java.nio.file.Path root) throws IOException {
    try (var files = Files.list(root)) {
      for (java.nio.file.Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(root);
  }

  private static float[] mean() {
    return new float[] {0.485f, 0.456f, 0.406f};
  }

  private static float[] deviation() {
    return new float[] {0.229f, 0.224f, 0.225f};
  }
}
