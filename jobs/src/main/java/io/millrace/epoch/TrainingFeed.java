package io.millrace.epoch;

import io.millrace.cluster.Broadcasts;
import io.millrace.epoch.ShuffleConfig.Order;
import io.millrace.wire.Packed;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;

/**
 * Feeds a run: the RDD of each of its epochs. Sends the spec to executors once; executors keep
 * windows and prepared minibatches from one round to the next. Runs on the driver.
 */
public final class TrainingFeed implements AutoCloseable {
  private final JavaSparkContext spark;
  private final FeedSpec spec;
  private final Order order;
  private final Broadcast<byte[]> broadcast;
  private RDD<Tuple2<Long, byte[]>> shuffled;

  /** A feed for all epochs of a run. */
  public TrainingFeed(JavaSparkContext spark, FeedSpec spec, Order order) {
    this.spark = spark;
    this.spec = spec;
    this.order = order;
    this.broadcast = spark.broadcast(Packed.pack(spec));
  }

  /**
   * The minibatches of an epoch, counted from 0; the RDD is a {@link RoundRdd}. In exact order the
   * shuffle files of the epoch before are released.
   *
   * @param cut its rounds
   */
  public JavaRDD<DataSet> epoch(int epoch, RoundCut cut) {
    return switch (order) {
      case WINDOWED ->
          new EpochRdd(spark.sc(), spec.run(), broadcast, spec.shape(), cut, epoch).toJavaRDD();
      case EXACT -> exact(epoch, cut).toJavaRDD();
    };
  }

  private ExactEpochRdd exact(int epoch, RoundCut cut) {
    cleanShuffle();
    shuffled = ExactShuffle.of(spark, spec, broadcast, cut, epoch).rdd();
    return new ExactEpochRdd(shuffled, spec.run(), broadcast, spec.shape(), cut, epoch);
  }

  private void cleanShuffle() {
    if (shuffled != null) {
      shuffled.cleanShuffleDependencies(false);
    }
  }

  /** Ends the feed; its RDDs can no longer be computed. */
  @Override
  public void close() {
    cleanShuffle();
    FeedCache.ON_THIS_EXECUTOR.drop(spec.run());
    Broadcasts.destroy(broadcast);
  }
}
