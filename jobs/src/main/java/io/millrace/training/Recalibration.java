package io.millrace.training;

import io.millrace.cluster.Broadcasts;
import io.millrace.cluster.Location;
import io.millrace.cluster.SliceBlocks;
import io.millrace.epoch.RoundRdd;
import io.millrace.exchange.BatchStatistics;
import io.millrace.exchange.PooledStatistics;
import io.millrace.recipe.RoundOrder;
import io.millrace.replica.ReplicaSpec;
import io.millrace.settings.Portion;
import io.millrace.wire.Packed;
import io.millrace.wire.WeightCodec;
import io.millrace.wire.WeightVector;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntToLongFunction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.rdd.RDD;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Batch norms of a mean of weights, measured anew: nobody has trained with these weights, so no
 * running statistics belong to them. Runs on the driver.
 *
 * @param spec the packed {@link ReplicaSpec}
 * @param frozen weights of what is not trained; null where all is
 * @param norms its batch norms
 * @param locations where each worker's replica is, if that is known
 * @param limit how long a task of so many updates may take, in ns; 0 for ever
 */
record Recalibration(
    Broadcast<byte[]> spec,
    Broadcast<byte[][]> frozen,
    List<BatchStatistics> norms,
    Location[] locations,
    IntToLongFunction limit) {
  /**
   * The weights with statistics of the first rounds of an epoch.
   *
   * @param weights flat parameters, [P], which stay as they are
   * @param share of the epoch's rounds, one at least
   * @param epoch epochs done
   */
  WeightVector of(WeightVector weights, RDD<DataSet> rdd, RoundRdd plan, double share, int epoch) {
    int rounds = (int) Math.max(1, Portion.ceil(share, plan.rounds()));
    PooledStatistics[] pooled =
        norms.stream()
            .map(norm -> new PooledStatistics(norm.channels()))
            .toArray(PooledStatistics[]::new);
    Broadcast<byte[][]> down =
        JavaSparkContext.fromSparkContext(rdd.sparkContext()).broadcast(weights.slices());
    try {
      long update = 0;
      for (int round = 0; round < rounds; round++) {
        var order = new RoundOrder(epoch, update, List.of());
        long most = limit.applyAsLong(plan.updates(round)); // no pass takes longer than an update
        measure(new StatisticsTask(spec, down, frozen, order, most), rdd, plan, round, pooled);
        update += plan.updates(round);
      }
    } finally {
      Broadcasts.destroy(down);
    }
    byte[][] made = Arrays.stream(weights.slices()).map(byte[]::clone).toArray(byte[][]::new);
    for (int i = 0; i < pooled.length; i++) {
      BatchStatistics norm = norms.get(i);
      WeightCodec.put(norm.stored(pooled[i].measured()), made, norm.mean());
    }
    return new WeightVector(made, 0, weights.length());
  }

  private void measure(
      StatisticsTask task, RDD<DataSet> rdd, RoundRdd plan, int round, PooledStatistics[] pooled) {
    var results = new RoundResults(rdd.sparkContext(), rdd, round, plan.workers(), task, locations);
    try {
      for (byte[] packed : results.collectResults()) {
        PooledStatistics[] ofWorker = Packed.unpack(packed, PooledStatistics[].class);
        for (int i = 0; i < pooled.length; i++) {
          pooled[i].add(ofWorker[i]);
        }
      }
    } finally {
      SliceBlocks.drop(results.id());
    }
  }
}
