package io.millrace.training;

import io.millrace.epoch.RoundRdd;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.Partitioner;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.storage.StorageLevel;
import org.nd4j.linalg.dataset.DataSet;
import scala.Tuple2;

/**
 * A foreign {@code RDD<DataSet>} cut into rounds. It is computed once: its examples are persisted
 * as raw bytes, numbered by (partition, index), and shuffled once to the partition of their round
 * and worker, from where a round reads its own bytes only.
 */
final class ForeignRounds implements AutoCloseable {
  private final JavaRDD<byte[]> examples;
  private final JavaPairRDD<Long, byte[]> sorted;
  private final ForeignPlan plan;

  ForeignRounds(JavaRDD<DataSet> data, TrainerConfig settings) {
    this.examples =
        data.flatMap(set -> ForeignExamples.encode(set).iterator())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long[] first = firstNumbers(examples);
      this.plan =
          new ForeignPlan(
              first[first.length - 1],
              settings.workers(),
              settings.batchPerWorker(),
              settings.every());
      this.sorted =
          examples
              .mapPartitionsWithIndex((index, rows) -> numbered(rows, first[index]), true)
              .mapToPair(row -> row)
              .repartitionAndSortWithinPartitions(new ByRound(plan));
    } catch (RuntimeException e) {
      examples.unpersist(false);
      throw e;
    }
  }

  RoundRdd plan() {
    return plan;
  }

  /** The minibatches of every (round, worker). */
  RDD<DataSet> minibatches() {
    int batch = plan.batch();
    return sorted.mapPartitions(rows -> minibatches(rows, batch)).rdd();
  }

  @Override
  public void close() {
    sorted.rdd().cleanShuffleDependencies(false);
    examples.unpersist(false);
  }

  private static long[] firstNumbers(JavaRDD<byte[]> examples) {
    List<Long> counts = examples.mapPartitions(rows -> List.of(count(rows)).iterator()).collect();
    long[] first = new long[counts.size() + 1];
    for (int i = 0; i < counts.size(); i++) {
      first[i + 1] = first[i] + counts.get(i);
    }
    return first;
  }

  private static long count(Iterator<byte[]> rows) {
    long count = 0;
    for (; rows.hasNext(); rows.next()) {
      count++;
    }
    return count;
  }

  private static Iterator<Tuple2<Long, byte[]>> numbered(Iterator<byte[]> rows, long first) {
    return new Iterator<>() {
      private long next = first;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Tuple2<Long, byte[]> next() {
        return new Tuple2<>(next++, rows.next());
      }
    };
  }

  private static Iterator<DataSet> minibatches(Iterator<Tuple2<Long, byte[]>> rows, int batch) {
    // Spark's rows are read here, on the task's thread; arrays are made on the replica's.
    List<List<byte[]>> minibatches = new ArrayList<>();
    while (rows.hasNext()) {
      List<byte[]> minibatch = new ArrayList<>(batch);
      while (minibatch.size() < batch && rows.hasNext()) {
        minibatch.add(rows.next()._2());
      }
      minibatches.add(minibatch);
    }
    return minibatches.stream().map(ForeignExamples::decode).iterator();
  }

  private static final class ByRound extends Partitioner {
    private final ForeignPlan plan;

    ByRound(ForeignPlan plan) {
      this.plan = plan;
    }

    @Override
    public int numPartitions() {
      return plan.rounds() * plan.workers();
    }

    @Override
    public int getPartition(Object key) {
      return plan.partition((Long) key);
    }
  }
}
