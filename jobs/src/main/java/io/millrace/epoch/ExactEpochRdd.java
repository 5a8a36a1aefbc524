package io.millrace.epoch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.OneToOneDependency;
import org.apache.spark.Partition;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.TaskCompletionListener;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * An epoch in exactly uniform order: the same contract as {@link EpochRdd}, on rows that {@link
 * ExactShuffle} has brought to their partitions. Holds the encoded rows of one (round, worker) in
 * memory; prepares nothing across rounds.
 */
final class ExactEpochRdd extends RDD<DataSet> implements RoundRdd {
  private static final long serialVersionUID = 1;

  private final String run;
  private final Broadcast<byte[]> spec;
  private final EpochShape shape;
  private final int epoch;
  private RDD<Tuple2<Long, byte[]>> rows;

  ExactEpochRdd(
      RDD<Tuple2<Long, byte[]>> rows,
      String run,
      Broadcast<byte[]> spec,
      EpochShape shape,
      int epoch) {
    super(
        rows.context(),
        SparkSeq.of(new OneToOneDependency<>(rows)),
        ClassTag$.MODULE$.apply(DataSet.class));
    this.rows = rows;
    this.run = run;
    this.spec = spec;
    this.shape = shape;
    this.epoch = epoch;
  }

  @Override
  public int workers() {
    return shape.workers();
  }

  @Override
  public int rounds() {
    return shape.rounds();
  }

  @Override
  public int updates(int round) {
    return shape.updates(round);
  }

  @Override
  public Partition[] getPartitions() {
    return RoundPartition.all(shape);
  }

  @Override
  public Iterator<DataSet> compute(Partition partition, TaskContext context) {
    RoundPartition part = (RoundPartition) partition;
    int count = shape.minibatches(part.round(), part.worker());
    if (count == 0) {
      return JavaConverters.asScalaIterator(Collections.emptyIterator());
    }
    ReadMeter meter = new ReadMeter();
    List<byte[]> packed = fetch(partition, context, meter);
    FeedSpec feedSpec = FeedCache.ON_THIS_EXECUTOR.spec(run, spec.value());
    int threads = Math.max(1, context.cpus() - 1);
    PreparedMinibatches minibatches =
        new PreparedMinibatches(
            new ShuffledRound(feedSpec, part, epoch, packed, threads, meter), epoch, count);
    context.addTaskCompletionListener((TaskCompletionListener) done -> minibatches.close());
    return JavaConverters.asScalaIterator(minibatches);
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
