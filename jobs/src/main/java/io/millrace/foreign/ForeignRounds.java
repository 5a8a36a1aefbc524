package io.millrace.foreign;

import io.millrace.epoch.RoundCut;
import io.millrace.epoch.RoundRdd;
import io.millrace.replica.TrainerConfig;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import java.util.zip.CRC32C;
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
 * and worker, from where a round reads its own bytes only. Where Spark has to compute a partition
 * again, as that of a lost executor, it must have the same examples as before, told by their number
 * and CRC-32C: else an example would be trained on twice and another never.
 */
public final class ForeignRounds implements AutoCloseable {
  private final JavaRDD<byte[]> examples;
  private final JavaPairRDD<Long, byte[]> sorted;
  private final ForeignPlan plan;

  /**
   * The rounds of an epoch.
   *
   * @param cut asked for the rounds once the number of updates is known
   */
  public ForeignRounds(JavaRDD<DataSet> data, TrainerConfig settings, IntFunction<RoundCut> cut) {
    this.examples =
        data.flatMap(set -> ForeignExamples.encode(set).iterator())
            .persist(StorageLevel.MEMORY_AND_DISK());
    try {
      long[][] summaries =
          examples.mapPartitions(ForeignRounds::summary).collect().toArray(long[][]::new);
      long[] first = new long[summaries.length + 1];
      for (int i = 0; i < summaries.length; i++) {
        first[i + 1] = first[i] + summaries[i][0];
      }
      this.plan = ForeignPlan.of(first[first.length - 1], settings, cut);
      this.sorted =
          examples
              .mapPartitionsWithIndex(
                  (index, rows) ->
                      new NumberedExamples(index, rows, first[index], summaries[index]),
                  true)
              .mapToPair(row -> row)
              .repartitionAndSortWithinPartitions(new ByRound(plan));
    } catch (Exception e) { // Spark's own are checked, and nobody declares them.
      examples.unpersist(false);
      throw e;
    }
  }

  /** Who trains on what in which round. */
  public RoundRdd plan() {
    return plan;
  }

  /** The minibatches of every (round, worker). */
  public RDD<DataSet> minibatches() {
    int batch = plan.shape().batchPerWorker();
    return sorted.mapPartitions(rows -> minibatches(rows, batch)).rdd();
  }

  @Override
  public void close() {
    sorted.rdd().cleanShuffleDependencies(false);
    examples.unpersist(false);
  }

  /** Number and checksum of a partition's examples; an array, as Kryo cannot read records. */
  private static Iterator<long[]> summary(Iterator<byte[]> rows) {
    long count = 0;
    CRC32C sum = new CRC32C();
    for (; rows.hasNext(); count++) {
      sum.update(rows.next());
    }
    return List.of(new long[] {count, sum.getValue()}).iterator();
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
