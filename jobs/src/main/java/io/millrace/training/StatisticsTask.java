package io.millrace.training;

import io.millrace.cluster.SliceBlocks;
import io.millrace.exchange.PooledStatistics;
import io.millrace.random.Keys;
import io.millrace.recipe.RoundOrder;
import io.millrace.replica.ReplicaNetwork;
import io.millrace.replica.ReplicaPool;
import io.millrace.replica.ReplicaSpec;
import io.millrace.wire.Packed;
import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.nd4j.linalg.dataset.DataSet;

/**
 * Measures the statistics of batch norms anew: training passes with weights that stay. Runs on
 * executors.
 *
 * @param spec the packed {@link ReplicaSpec}
 * @param weights weights in slices, of what is trained
 * @param frozen weights of what is not, in slices; null where all is trained
 * @param order where the run is
 * @param limit how long it may take, in ns; 0 for ever
 */
record StatisticsTask(
    Broadcast<byte[]> spec,
    Broadcast<byte[][]> weights,
    Broadcast<byte[][]> frozen,
    RoundOrder order,
    long limit)
    implements WorkerTask {
  @Override
  public byte[] run(int rdd, int worker, Iterator<DataSet> minibatches, TaskContext context)
      throws Exception {
    ReplicaSpec replicaSpec = Packed.unpack(spec.value(), ReplicaSpec.class);
    byte[][] master = weights.value();
    SliceBlocks.sweep(replicaSpec.run(), rdd);
    try (ReplicaPool.Lease<ReplicaNetwork> lease = ReplicaPool.lease(replicaSpec)) {
      PooledStatistics[] pooled =
          lease.call(
              net -> {
                RoundTask.hold(net, frozen);
                PooledStatistics[] all = net.blankStatistics(master, order);
                for (long update = order.firstUpdate(); minibatches.hasNext(); update++) {
                  long key = Keys.of(replicaSpec.settings().seed(), update, worker);
                  net.measure(minibatches.next(), update, key, all);
                }
                return all;
              },
              context::isInterrupted,
              limit);
      return Packed.pack(pooled);
    }
  }
}
