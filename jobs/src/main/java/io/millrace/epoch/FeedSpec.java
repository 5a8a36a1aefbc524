package io.millrace.epoch;

import io.millrace.dataset.Block;
import io.millrace.dataset.BlockReader;
import io.millrace.image.ImageInput;
import io.millrace.image.ImageOperation;
import io.millrace.image.ImagePipeline;
import io.millrace.minibatch.LabelSmoothing;
import io.millrace.minibatch.MixingTimes;
import java.io.Serializable;
import java.util.List;

/**
 * Everything that says which minibatches a run is fed with. It travels to executors once a run.
 *
 * @param run name of the run in this Spark application; caches are kept by it
 * @param seed seed of the run
 * @param epochs epochs of the run; nothing is prepared beyond them
 * @param shape shape of an epoch
 * @param window blocks of a window
 * @param blocks blocks of the training set
 * @param reader reader of these blocks; serializable
 * @param images what happens to one image and one minibatch
 * @param features floats of an example where blocks hold what a trunk has made of its image, which
 *     is fed as it is; 0 where they hold images
 */
public record FeedSpec(
    String run,
    long seed,
    int epochs,
    EpochShape shape,
    int window,
    List<Block> blocks,
    BlockReader reader,
    Images images,
    int features)
    implements Serializable {
  /** Prepared minibatches may fill this many bytes, so that decoding goes on between two rounds. */
  private static final long BYTES_AHEAD = 16L << 20;

  /** But no more of them than this: each costs arrays and an order, however few its bytes are. */
  private static final long MOST_AHEAD = 64;

  public FeedSpec {
    blocks = List.copyOf(blocks);
  }

  /** A feed of images. */
  public FeedSpec(
      String run,
      long seed,
      int epochs,
      EpochShape shape,
      int window,
      List<Block> blocks,
      BlockReader reader,
      Images images) {
    this(run, seed, epochs, shape, window, blocks, reader, images, 0);
  }

  /**
   * From encoded images to a minibatch.
   *
   * @param height height of the network's input, in pixels
   * @param width its width
   * @param channels its channels
   * @param augment operations, in order
   * @param mean mean of each channel, on the scale 0 to 1
   * @param deviation deviation of each channel, on the scale 0 to 1
   * @param classes classes
   * @param smoothing what hard targets become
   * @param mixing when examples are mixed, and how
   */
  public record Images(
      int height,
      int width,
      int channels,
      List<ImageOperation> augment,
      float[] mean,
      float[] deviation,
      int classes,
      LabelSmoothing smoothing,
      MixingTimes mixing)
      implements ImageInput {
    public Images {
      augment = List.copyOf(augment);
    }

    /** The same with these operations, and nothing mixed or smoothed. */
    public Images plain(List<ImageOperation> operations) {
      return new Images(
          height,
          width,
          channels,
          operations,
          mean,
          deviation,
          classes,
          new LabelSmoothing(0),
          MixingTimes.NEVER);
    }

    /** From an encoded image to its floats, [H, W, C]. */
    @Override
    public ImagePipeline pipeline() {
      return new ImagePipeline(augment, height, width, channels, mean, deviation);
    }

    @Override
    public int size() {
      return height * width * channels;
    }
  }

  /** The same of other images. */
  public FeedSpec with(Images others) {
    return new FeedSpec(run, seed, epochs, shape, window, blocks, reader, others, features);
  }

  /** The same of features, of so many floats, in blocks of another reader. */
  public FeedSpec ofFeatures(int floats, BlockReader other) {
    return new FeedSpec(run, seed, epochs, shape, window, blocks, other, images, floats);
  }

  /** Whether blocks hold features, and no images. */
  boolean isOfFeatures() {
    return features > 0;
  }

  /** Floats that one example is fed as. */
  int floats() {
    return isOfFeatures() ? features : images.size();
  }

  /** What is read of the data set for a block. */
  long bytesRead(Block block) {
    return isOfFeatures() ? 0 : block.bytes();
  }

  /** Rows of each block. */
  int[] blockRows() {
    return blocks.stream().mapToInt(Block::rows).toArray();
  }

  /** The plan of an epoch. */
  EpochPlan plan(int epoch) {
    return new EpochPlan(seed, epoch, blockRows(), shape, window);
  }

  /** Global number of an update of an epoch. */
  long globalUpdate(int epoch, int update) {
    return (long) epoch * shape.updates() + update;
  }

  /**
   * Buffers of a worker's queue: one in use, one ready and one in the hands of each thread, more
   * where minibatches are small.
   *
   * @param threads decoding threads of the worker
   */
  int buffers(int threads) {
    long both = (long) shape.largestMinibatch() * (floats() + images.classes());
    long ahead = Math.min(MOST_AHEAD, BYTES_AHEAD / (both * Float.BYTES));
    return (int) Math.max(threads + 2, ahead);
  }
}
