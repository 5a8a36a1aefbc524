package io.millrace.features;

import io.millrace.cluster.Broadcasts;
import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.KeptBlocks;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.epoch.FeedSpec;
import io.millrace.image.ImageInput;
import io.millrace.replica.FeatureNetwork;
import io.millrace.replica.FeatureShape;
import io.millrace.replica.FeatureSpec;
import io.millrace.replica.ReplicaPool;
import io.millrace.wire.Packed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The features of a split under a trunk that stays as it is. Executors keep them until it is
 * closed, in memory while there is room and else on disk. Lives on the driver.
 */
public final class FeatureCache implements AutoCloseable {
  private static final int TASKS_PER_WORKER = 4;
  private static final Logger LOG = LoggerFactory.getLogger(FeatureCache.class);

  private final JavaSparkContext spark;
  private final String split;
  private final List<Block> blocks;
  private final FeatureReader reader;
  private final Broadcast<byte[]> packed;

  /**
   * Nothing is computed yet.
   *
   * @param split whose features they are, in words
   * @param shape what the trunk gives of an image
   * @param still weights of the trunk, and of what else is not trained, in slices
   * @param faults how long a block may take
   * @param blocks of images
   * @param images reads them
   * @param how an image becomes an input; draws nothing
   */
  public FeatureCache(
      JavaSparkContext spark,
      String split,
      FeatureSpec trunk,
      FeatureShape shape,
      byte[][] still,
      FaultsConfig faults,
      List<Block> blocks,
      BlockReader images,
      ImageInput how) {
    this.spark = spark;
    this.split = split;
    this.blocks = List.copyOf(blocks);
    Map<Block, Integer> numbers = new HashMap<>();
    blocks.forEach(block -> numbers.put(block, numbers.size()));
    reader =
        new FeatureReader(
            spark.emptyRDD().id(), // the number of no other
            this.blocks,
            numbers,
            images,
            how,
            trunk,
            shape,
            faults,
            spark.broadcast(still));
    packed = spark.broadcast(Packed.pack(reader));
  }

  /** Bytes that are kept of so many rows. */
  public static long bytes(int rows, FeatureShape shape) {
    return FeatureBlock.length(rows, shape);
  }

  /** Reads blocks of features. */
  public BlockReader reader() {
    return reader;
  }

  /** The same feed of features. */
  public FeedSpec feed(FeedSpec ofImages) {
    return ofImages.ofFeatures(reader.shape().length(), reader);
  }

  /** Computes all that is not kept yet, in as many tasks as go well with so many workers. */
  public void fill(int workers) {
    long start = System.nanoTime();
    int tasks = Math.min(blocks.size(), TASKS_PER_WORKER * workers);
    List<int[]> parts =
        IntStream.range(0, tasks)
            .mapToObj(t -> new int[] {first(t, tasks), first(t + 1, tasks)})
            .toList();
    Broadcast<byte[]> what = packed;
    spark.sc().setJobDescription("features of " + split);
    long rows =
        spark
            .parallelize(parts, tasks)
            .map(part -> fill(Packed.unpack(what.value(), FeatureReader.class), part))
            .reduce(Long::sum);
    spark.sc().setJobDescription(null);
    LOG.info(
        "features       {} examples of {}, {} MB kept on executors, computed in {} s",
        rows,
        split,
        String.format("%.1f", bytes() / 1e6),
        String.format("%.1f", (System.nanoTime() - start) / 1e9));
  }

  private long bytes() {
    return blocks.stream().mapToLong(block -> bytes(block.rows(), reader.shape())).sum();
  }

  private int first(int task, int tasks) {
    return (int) ((long) task * blocks.size() / tasks);
  }

  private static long fill(FeatureReader reader, int[] part) throws Exception {
    TaskContext task = TaskContext.get();
    long rows = 0;
    try (ReplicaPool.Lease<FeatureNetwork> lease = ReplicaPool.lease(reader.trunk())) {
      for (Block block : reader.blocks().subList(part[0], part[1])) {
        if (!reader.isKept(block)) {
          reader.make(lease, block, task::isInterrupted);
        }
        rows += block.rows();
      }
    }
    ReplicaPool.release(reader.trunk()); // asked again only where an executor is lost
    return rows;
  }

  /** Lets go of the features everywhere. */
  @Override
  public void close() {
    KeptBlocks.drop(reader.rdd());
    ReplicaPool.release(reader.trunk());
    Broadcasts.destroy(packed);
    Broadcasts.destroy(reader.still());
  }
}
