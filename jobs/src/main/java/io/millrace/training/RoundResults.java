package io.millrace.training;

import io.millrace.cluster.Location;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.Dependency;
import org.apache.spark.NarrowDependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;

/**
 * One round of an epoch: an RDD with a partition for each worker, whose only element is that
 * worker's packed result. The weights stay where they were made, as blocks of this RDD. It depends
 * on the {@code workers} partitions of this round alone, so that also a shuffle behind it trains
 * nothing else.
 */
final class RoundResults extends RDD<byte[]> {
  private final WorkerTask task;
  private final int firstPartition;
  private final int workers;
  private final transient Location[] locations;
  private RDD<DataSet> epoch;

  /**
   * The results of round {@code round}.
   *
   * @param locations where each worker's replica is, or null where it is not known
   */
  RoundResults(
      SparkContext spark,
      RDD<DataSet> epoch,
      int round,
      int workers,
      WorkerTask task,
      Location[] locations) {
    super(spark, dependencies(epoch, round * workers), classTag());
    this.epoch = epoch;
    this.task = task;
    this.firstPartition = round * workers;
    this.workers = workers;
    this.locations = locations;
  }

  /** Trains the round; the packed result of each worker, in their order. */
  List<byte[]> collectResults() {
    List<Object> all = IntStream.range(0, workers).<Object>mapToObj(worker -> worker).toList();
    Object results =
        sparkContext().runJob(this, new Only(), JavaConverters.asScalaBuffer(all), classTag());
    return List.of((byte[][]) results);
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[workers];
    for (int worker = 0; worker < workers; worker++) {
      partitions[worker] = new Share(worker, epoch.partitions()[firstPartition + worker]);
    }
    return partitions;
  }

  @Override
  public Seq<String> getPreferredLocations(Partition partition) {
    Location location = locations[partition.index()];
    return location == null
        ? epoch.preferredLocations(((Share) partition).parent())
        : JavaConverters.asScalaBuffer(List.of(location.preferred())).toSeq();
  }

  @Override
  public Iterator<byte[]> compute(Partition partition, TaskContext context) {
    Iterator<DataSet> rows = epoch.iterator(((Share) partition).parent(), context);
    try {
      byte[] result = task.run(id(), partition.index(), javaIterator(rows), context);
      return JavaConverters.asScalaIterator(Collections.singletonList(result).iterator());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("Cannot train: " + e.getMessage(), e);
    }
  }

  @Override
  public void clearDependencies() {
    super.clearDependencies();
    epoch = null;
  }

  @SuppressWarnings("unchecked")
  private static java.util.Iterator<DataSet> javaIterator(Iterator<DataSet> rows) {
    // The product's own iterator is both, and can tell what feeding cost.
    return rows instanceof java.util.Iterator<?> both
        ? (java.util.Iterator<DataSet>) both
        : JavaConverters.asJavaIterator(rows);
  }

  private static Seq<Dependency<?>> dependencies(RDD<DataSet> epoch, int first) {
    Dependency<?> shares =
        new NarrowDependency<DataSet>(epoch) {
          @Override
          public Seq<Object> getParents(int partition) {
            return JavaConverters.asScalaBuffer(List.<Object>of(first + partition)).toSeq();
          }
        };
    return JavaConverters.asScalaBuffer(List.<Dependency<?>>of(shares)).toSeq();
  }

  private static ClassTag<byte[]> classTag() {
    return ClassTag$.MODULE$.apply(byte[].class);
  }

  /**
   * The only element of a partition. A class of its own: of a lambda, as {@code RDD.collect} is
   * made of, Spark reads the class files anew for every job, which is half of what a small job
   * costs.
   */
  private static final class Only extends AbstractFunction2<TaskContext, Iterator<byte[]>, byte[]>
      implements Serializable {
    private static final long serialVersionUID = 1;

    @Override
    public byte[] apply(TaskContext context, Iterator<byte[]> results) {
      return results.next();
    }
  }

  private record Share(int index, Partition parent) implements Partition {}
}
