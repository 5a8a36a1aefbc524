package io.millrace.epoch;

import java.util.Collections;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.TaskCompletionListener;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;

/**
 * An epoch as minibatches: partition {@code round * workers + worker} gives those of that worker in
 * that round. Where their rows come from is told by {@link #source}.
 */
abstract class MinibatchRdd extends RDD<DataSet> implements RoundRdd {
  private static final long serialVersionUID = 1;

  final int epoch;
  private final EpochShape shape;
  private final transient RoundCut cut; // tasks know their part of it by their partition
  private final String run;
  private final Broadcast<byte[]> spec;

  MinibatchRdd(
      SparkContext spark,
      Seq<Dependency<?>> dependencies,
      String run,
      Broadcast<byte[]> spec,
      EpochShape shape,
      RoundCut cut,
      int epoch) {
    super(spark, dependencies, ClassTag$.MODULE$.apply(DataSet.class));
    this.run = run;
    this.spec = spec;
    this.shape = shape;
    this.cut = cut;
    this.epoch = epoch;
  }

  /** Opens what prepares the minibatches of a partition that has some; runs on executors. */
  abstract MinibatchSource source(
      FeedSpec feed, RoundPartition partition, int threads, TaskContext context);

  @Override
  public int workers() {
    return shape.workers();
  }

  @Override
  public int rounds() {
    return cut.rounds();
  }

  @Override
  public int updates(int round) {
    return cut.updates(round);
  }

  @Override
  public Partition[] getPartitions() {
    return RoundPartition.all(cut, shape.workers());
  }

  @Override
  public Iterator<DataSet> compute(Partition partition, TaskContext context) {
    RoundPartition part = (RoundPartition) partition;
    int count = shape.minibatches(part.first(), part.updates(), part.worker());
    if (count == 0) {
      return JavaConverters.asScalaIterator(Collections.emptyIterator());
    }
    FeedSpec feed = FeedCache.ON_THIS_EXECUTOR.spec(run, spec.value());
    int threads = Math.max(1, context.cpus() - 1);
    PreparedMinibatches minibatches =
        new PreparedMinibatches(source(feed, part, threads, context), epoch, count);
    context.addTaskCompletionListener((TaskCompletionListener) done -> minibatches.close());
    return JavaConverters.asScalaIterator(minibatches);
  }
}
