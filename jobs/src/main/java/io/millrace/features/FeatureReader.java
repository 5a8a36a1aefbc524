package io.millrace.features;

import io.millrace.cluster.FaultsConfig;
import io.millrace.cluster.KeptBlocks;
import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.dataset.EncodedBlock;
import io.millrace.image.ImageInput;
import io.millrace.image.ImagePipeline;
import io.millrace.random.KeyedRandom;
import io.millrace.replica.FeatureNetwork;
import io.millrace.replica.FeatureShape;
import io.millrace.replica.FeatureSpec;
import io.millrace.replica.ReplicaPool;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.Serializable;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks of features in the place of blocks of images: those that are kept, and where one is not,
 * what the trunk makes of its images. Runs on executors.
 *
 * @param rdd under which number blocks are kept
 * @param blocks all of them
 * @param numbers the place of each among them
 * @param images reads them
 * @param how an image becomes an input; draws nothing
 * @param trunk gives the features
 * @param shape what they are
 * @param faults how long a block may take
 * @param still weights of the trunk, in slices
 */
record FeatureReader(
    int rdd,
    List<Block> blocks,
    Map<Block, Integer> numbers,
    BlockReader images,
    ImageInput how,
    FeatureSpec trunk,
    FeatureShape shape,
    FaultsConfig faults,
    Broadcast<byte[][]> still)
    implements BlockReader, Serializable {
  private static final Logger LOG = LoggerFactory.getLogger(FeatureReader.class);

  @Override
  public EncodedBlock read(Block block) throws IOException {
    var kept = KeptBlocks.get(rdd, numbers.get(block));
    return kept.isPresent() ? FeatureBlock.decode(kept.get()) : made(block);
  }

  private EncodedBlock made(Block block) throws IOException {
    TaskContext task = TaskContext.get(); // null for a thread that reads ahead
    try (ReplicaPool.Lease<FeatureNetwork> lease = ReplicaPool.lease(trunk)) {
      return FeatureBlock.decode(make(lease, block, () -> task != null && task.isInterrupted()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while features were computed");
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("Cannot compute features: " + e.getMessage(), e);
    }
  }

  /** Whether a block is kept by an executor that lives. */
  boolean isKept(Block block) {
    return KeptBlocks.isKept(rdd, numbers.get(block));
  }

  /** Makes the features of a block, and keeps them. */
  byte[] make(ReplicaPool.Lease<FeatureNetwork> lease, Block block, BooleanSupplier killed)
      throws Exception {
    return lease.call(
        net -> {
          byte[] features = make(net, block);
          lease.replica().stepped();
          return features;
        },
        killed,
        faults);
  }

  private byte[] make(FeatureNetwork net, Block block) throws IOException {
    net.load(still.id(), still.value());
    EncodedBlock rows = images.read(block);
    FeatureBlock features = FeatureBlock.of(rows, shape);
    try (ImagePipeline pipeline = how.pipeline()) {
      for (int from = 0; from < rows.rows(); from += trunk.rows()) {
        int first = from;
        int count = Math.min(trunk.rows(), rows.rows() - from);
        net.features(
            shape, count, to -> pixels(block, rows, first, count, pipeline, to), features.rest());
      }
    }
    if (!KeptBlocks.put(rdd, numbers.get(block), features.bytes())) {
      LOG.warn(
          "Neither memory nor disk took the features of file {}, block {}: they are computed again",
          block.file(),
          block.rowGroup());
    }
    return features.bytes();
  }

  private void pixels(
      Block block,
      EncodedBlock rows,
      int first,
      int count,
      ImagePipeline pipeline,
      FloatBuffer to) {
    KeyedRandom nothing = new KeyedRandom(); // operations ask for it and draw nothing
    for (int i = 0; i < count; i++) {
      int row = first + i;
      int offset = rows.offsets()[row];
      to.position(i * how.size());
      try {
        pipeline.run(
            rows.data(),
            offset,
            rows.offsets()[row + 1] - offset,
            nothing.key(0, 0, rows.ids()[row]),
            to);
      } catch (RuntimeException e) {
        throw new IllegalStateException(
            "Cannot compute features of an image: %s (file %s, block %d, row %d)"
                .formatted(e.getMessage(), block.file(), block.rowGroup(), row),
            e);
      }
    }
  }
}
