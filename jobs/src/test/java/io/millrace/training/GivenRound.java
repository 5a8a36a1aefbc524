package io.millrace.training;

import io.millrace.epoch.RoundRdd;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** An epoch of one round, its minibatches given for each worker. */
final class GivenRound extends RDD<DataSet> implements RoundRdd {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Tasks run in this JVM, and an INDArray is not to be serialised. */
  private static final Map<Integer, List<List<DataSet>>> GIVEN = new ConcurrentHashMap<>();

  private final int key = NUMBER.incrementAndGet();
  private final int workers;
  private final int updates;

  GivenRound(SparkContext spark, List<List<DataSet>> byWorker) {
    super(
        spark,
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(DataSet.class));
    GIVEN.put(key, byWorker);
    workers = byWorker.size();
    updates = byWorker.get(0).size();
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public int updates(int round) {
    return updates;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[workers];
    for (int i = 0; i < workers; i++) {
      partitions[i] = new Numbered(i);
    }
    return partitions;
  }

  @Override
  public Iterator<DataSet> compute(Partition partition, TaskContext context) {
    return JavaConverters.asScalaIterator(GIVEN.get(key).get(partition.index()).iterator());
  }

  private record Numbered(int index) implements Partition {}
}
