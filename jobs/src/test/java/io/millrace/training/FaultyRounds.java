package io.millrace.training;

import io.millrace.epoch.RoundRdd;
import java.util.ArrayList;
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

/** An epoch of three rounds of two workers, into which a test puts a fault. */
final class FaultyRounds extends RDD<DataSet> implements RoundRdd {
  /** What goes wrong when a minibatch is asked for; called on the replica's thread. */
  @FunctionalInterface
  interface Fault {
    void strike(int round, int worker, TaskContext context);
  }

  /** The fault; in a local master tasks and tests share this JVM. */
  static volatile Fault fault = (round, worker, context) -> {};

  FaultyRounds(SparkContext spark) {
    super(
        spark,
        JavaConverters.asScalaBuffer(List.<Dependency<?>>of()).toSeq(),
        ClassTag$.MODULE$.apply(DataSet.class));
  }

  @Override
  public int workers() {
    return 2;
  }

  @Override
  public int rounds() {
    return 3;
  }

  @Override
  public int updates(int round) {
    return 2;
  }

  @Override
  public Partition[] getPartitions() {
    Partition[] partitions = new Partition[rounds() * workers()];
    for (int i = 0; i < partitions.length; i++) {
      partitions[i] = new Numbered(i);
    }
    return partitions;
  }

  @Override
  public Iterator<DataSet> compute(Partition partition, TaskContext context) {
    int round = partition.index() / workers();
    int worker = partition.index() % workers();
    List<Integer> updates = new ArrayList<>(List.of(0, 1));
    java.util.Iterator<DataSet> minibatches =
        updates.stream()
            .map(
                update -> {
                  fault.strike(round, worker, context);
                  return DataSet.merge(Nets.examples(3 + worker, 10L * partition.index() + update));
                })
            .iterator();
    return JavaConverters.asScalaIterator(minibatches);
  }

  private record Numbered(int index) implements Partition {}
}
