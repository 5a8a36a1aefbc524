package io.millrace.training;

import io.millrace.epoch.RoundRdd;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import org.apache.spark.Dependency;
import org.apache.spark.Partition;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.DataSet;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.reflect.ClassTag$;

/** An epoch whose minibatches cost nothing: each worker uses the same one again and again. */
final class InMemoryRounds extends RDD<DataSet> implements RoundRdd {
  private final int workers;
  private final int rounds;
  private final int every;
  private final Source source;

  /** Gives the minibatch of a worker, in the JVM of the task. */
  @FunctionalInterface
  interface Source extends Serializable {
    DataSet minibatch(int worker);
  }

  InMemoryRounds(SparkContext spark, int workers, int rounds, int every, Source source) {
    super(
        spark,
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(DataSet.class));
    this.workers = workers;
    this.rounds = rounds;
    this.every = every;
    this.source = source;
  }

  @Override
  public int workers() {
    return workers;
  }

  @Override
  public int rounds() {
    return rounds;
  }

  @Override
  public int updates(int round) {
    return every;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[rounds * workers];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new Numbered(i);
    }
    return partitions;
  }

  @Override
  public Iterator<DataSet> compute(Partition partition, TaskContext context) {
    DataSet minibatch = source.minibatch(partition.index() % workers);
    return JavaConverters.asScalaIterator(Collections.nCopies(every, minibatch).iterator());
  }

  private record Numbered(int index) implements Partition {}
}
