package io.millrace.epoch;

import io.millrace.config.ShuffleConfig.Order;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Feeds a run: the RDD of each of its epochs. Sends the spec to executors once; executors keep
 * windows and prepared minibatches from one round to the next. Runs on the driver.
 */
public final class TrainingFeed implements AutoCloseable {
  private final JavaSparkContext spark;
  private final FeedSpec spec;
  private final Order order;
  private final Broadcast<byte[]> broadcast;

  /** A feed for all epochs of a run. */
  public TrainingFeed(JavaSparkContext spark, FeedSpec spec, Order order) {
    this.spark = spark;
    this.spec = spec;
    this.order = order;
    this.broadcast = spark.broadcast(spec.toBytes());
  }

  /** The minibatches of an epoch, counted from 0; the RDD is a {@link RoundRdd}. */
  public JavaRDD<DataSet> epoch(int epoch) {
    return switch (order) {
      case WINDOWED ->
          new EpochRdd(spark.sc(), spec.run(), broadcast, spec.shape(), epoch).toJavaRDD();
      case EXACT ->
          throw new IllegalArgumentException("Invalid shuffle.order: exact (must be windowed)");
    };
  }

  /** Ends the feed; its RDDs can no longer be computed. */
  @Override
  public void close() {
    FeedCache.ON_THIS_EXECUTOR.drop(spec.run());
    broadcast.destroy();
  }
}
