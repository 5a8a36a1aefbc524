package io.millrace.epoch;

import io.millrace.epoch.WindowFeed.Position;
import java.util.Collections;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.TaskCompletionListener;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/**
 * An epoch in windowed order: partition {@code round * workers + worker} gives the minibatches of
 * that worker in that round, read, decoded and augmented by a {@link WindowFeed} on the executor.
 */
final class EpochRdd extends RDD<DataSet> implements RoundRdd {
  private static final long serialVersionUID = 1;

  private final String run;
  private final Broadcast<byte[]> spec;
  private final EpochShape shape;
  private final int epoch;

  EpochRdd(SparkContext spark, String run, Broadcast<byte[]> spec, EpochShape shape, int epoch) {
    super(spark, SparkSeq.of(), ClassTag$.MODULE$.apply(DataSet.class));
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
    FeedSpec feedSpec = FeedCache.ON_THIS_EXECUTOR.spec(run, spec.value());
    RoundPartition part = (RoundPartition) partition;
    int count = shape.minibatches(part.round(), part.worker());
    if (count == 0) {
      return JavaConverters.asScalaIterator(Collections.emptyIterator());
    }
    PreparedMinibatches minibatches =
        new PreparedMinibatches(
            FeedCache.ON_THIS_EXECUTOR.lend(
                feedSpec,
                part.worker(),
                new Position(epoch, shape.firstUpdate(part.round())),
                Math.max(1, context.cpus() - 1)),
            epoch,
            count);
    context.addTaskCompletionListener((TaskCompletionListener) done -> minibatches.close());
    return JavaConverters.asScalaIterator(minibatches);
  }
}
