package io.millrace.epoch;

import io.millrace.cluster.SparkSeq;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import scala.Tuple2;
import scala.collection.Iterator;

/**
 * An epoch in exactly uniform order: on rows that {@link ExactShuffle} has brought to their
 * partitions. Holds the encoded rows of one (round, worker) in memory; prepares nothing across
 * rounds.
 */
final class ExactEpochRdd extends MinibatchRdd {
  private static final long serialVersionUID = 1;

  private RDD<Tuple2<Long, byte[]>> rows;

  ExactEpochRdd(
      RDD<Tuple2<Long, byte[]>> rows,
      String run,
      Broadcast<byte[]> spec,
      EpochShape shape,
      RoundCut cut,
      int epoch) {
    super(
        rows.context(), SparkSeq.of(new OneToOneDependency<>(rows)), run, spec, shape, cut, epoch);
    this.rows = rows;
  }

  @Override
  MinibatchSource source(
      FeedSpec feed, RoundPartition partition, int threads, TaskContext context) {
    ReadMeter meter = new ReadMeter();
    List<byte[]> packed = fetch(partition, context, meter);
    return new ShuffledRound(feed, partition, epoch, packed, threads, meter);
  }

  private List<byte[]> fetch(Partition partition, TaskContext context, ReadMeter meter) {
    long start = System.nanoTime();
    long bytes = 0;
    List<byte[]> packed = new ArrayList<>();
    Iterator<Tuple2<Long, byte[]>> shuffled =
        rows.iterator(rows.partitions()[partition.index()], context);
    while (shuffled.hasNext()) {
      byte[] row = shuffled.next()._2();
      bytes += row.length;
      packed.add(row);
    }
    meter.add(epoch, bytes, System.nanoTime() - start);
    return packed;
  }

  @Override
  public void clearDependencies() {
    super.clearDependencies();
    rows = null;
  }
}
