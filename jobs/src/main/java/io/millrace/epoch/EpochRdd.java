package io.millrace.epoch;

import io.millrace.cluster.SparkSeq;
import io.millrace.epoch.WindowFeed.Position;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;

/** An epoch in windowed order, read, decoded and augmented by a {@link WindowFeed}. */
final class EpochRdd extends MinibatchRdd {
  private static final long serialVersionUID = 1;

  EpochRdd(
      SparkContext spark,
      String run,
      Broadcast<byte[]> spec,
      EpochShape shape,
      RoundCut cut,
      int epoch) {
    super(spark, SparkSeq.of(), run, spec, shape, cut, epoch);
  }

  @Override
  MinibatchSource source(
      FeedSpec feed, RoundPartition partition, int threads, TaskContext context) {
    Position start = new Position(epoch, partition.first());
    return FeedCache.ON_THIS_EXECUTOR.lend(feed, partition.worker(), start, threads);
  }
}
